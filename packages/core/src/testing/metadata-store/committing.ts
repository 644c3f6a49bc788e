import assert from 'node:assert/strict'
import { type PackageName, parsePackageName } from '../../model/package-name.ts'
import type { VersionRow } from '../../model/packument.ts'
import type { Revision } from '../../model/revision.ts'
import { sampleHead, sampleTombstone, sampleVersion } from '../samples.ts'
import { assertConflict, byVersion, commitVersions, contentOf, type MetadataTest } from './steps.ts'

const name = parsePackageName('@acme/widget')

/** A commit is applied whole, or not at all. */
export function committingTests(test: MetadataTest): void {
  test('a row that is put again takes the place of the one with its version, and the others stay', async ({
    store,
  }) => {
    const revision = await commitVersions(store, name, ['1.0.0', '1.1.0', '1.1.0-rc'])
    await store.commit({ name, expected: revision, head: sampleHead(), put: [sampleTombstone('1.1.0')] })
    const expected = [sampleVersion(name, '1.0.0'), sampleTombstone('1.1.0'), sampleVersion(name, '1.1.0-rc')]
    assert.deepEqual(byVersion((await contentOf(store, name))?.versions), byVersion(expected))
    assert.deepEqual(await store.version(name, '1.1.0'), sampleTombstone('1.1.0'))
  })

  test('a head takes the place of the one before it, with nothing left of that', async ({ store }) => {
    const repository = { host: 'github.com', owner: 'acme', name: 'widgets', id: 1 }
    const first = sampleHead({ repository, distTags: { latest: '1.0.0', next: '2.0.0' } })
    const revision = await store.commit({ name, expected: 'absent', head: first })
    const second = await store.commit({ name, expected: revision, head: sampleHead() })
    assert.deepEqual(await store.head(name), { name, revision: second, ...sampleHead() })
  })

  test('a readme stays until a commit brings another, and goes with an empty one', async ({ store }) => {
    let expected: Revision | 'absent' = 'absent'
    for (const [readme, then] of [
      [undefined, ''],
      ['first', 'first'],
      [undefined, 'first'],
      ['second', 'second'],
      ['', ''],
      [undefined, ''],
    ] as const) {
      const change = readme === undefined ? {} : { readme }
      expected = await store.commit({ name, expected, head: sampleHead(), ...change })
      assert.equal((await contentOf(store, name))?.readme, then)
    }
  })

  test('no revision is given out twice, not even for a change that changes nothing', async ({ store }) => {
    const revisions: Revision[] = []
    for (let i = 0; i < 20; i++) {
      const put = [sampleVersion(name, '1.0.0')]
      const expected = revisions.at(-1) ?? 'absent'
      revisions.push(await store.commit({ name, expected, head: sampleHead(), put }))
    }
    assert.equal(new Set(revisions).size, 20)
  })

  test('a commit from a revision that has passed is refused as a conflict', async ({ store }) => {
    const first = await commitVersions(store, name, ['1.0.0'])
    await store.commit({ name, expected: first, head: sampleHead() })
    await assertConflict(store.commit({ name, expected: first, head: sampleHead() }))
  })

  test('a package that is there cannot be created again', async ({ store }) => {
    await commitVersions(store, name, ['1.0.0'])
    await assertConflict(store.commit({ name, expected: 'absent', head: sampleHead() }))
  })

  test('a package that is not there cannot be changed', async ({ store }) => {
    const elsewhere = await commitVersions(store, parsePackageName('@acme/other'), ['1.0.0'])
    await assertConflict(store.commit({ name, expected: elsewhere, head: sampleHead() }))
    assert.equal(await store.head(name), undefined)
  })

  test('a commit that is refused leaves head, rows and readme as they were', async ({ store, reopen }) => {
    await commitVersions(store, name, ['1.0.0'], 'before')
    const before = await contentOf(store, name)
    const head = sampleHead({ stars: ['eve'] })
    const put = [sampleTombstone('1.0.0'), sampleVersion(name, '6.6.6')]
    await assertConflict(store.commit({ name, expected: 'absent', head, put, readme: 'after' }))
    assert.deepEqual(await contentOf(store, name), before)
    assert.deepEqual(await contentOf(await reopen(), name), before)
  })

  test('a commit that fails on its way leaves nothing of itself', async ({ store }) => {
    for (let readsUntilFailure = 0; readsUntilFailure < 6; readsUntilFailure++) {
      const before = await contentOf(store, name)
      const put = [sampleVersion(name, `1.0.${readsUntilFailure}`), failingRow(name, readsUntilFailure)]
      const expected = before?.head.revision ?? 'absent'
      const change = { name, expected, head: sampleHead(), put, readme: `${readsUntilFailure}` } as const
      const failed = await store.commit(change).then(
        () => false,
        () => true,
      )
      if (!failed) continue
      assert.deepEqual(await contentOf(store, name), before)
    }
  })
}

/** A row that can be read so many times, and then fails: the stand-in for a disk that does. */
function failingRow(of: PackageName, reads: number): VersionRow {
  const row = sampleVersion(of, '9.9.9')
  let left = reads
  return Object.defineProperty({ ...row }, 'manifest', {
    enumerable: true,
    get() {
      if (left-- <= 0) throw new Error('this row cannot be read any more')
      return row.manifest
    },
  })
}
