import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { isRegistryError } from '../../errors.ts'
import { parsePackageName } from '../../model/package-name.ts'
import type { MetadataStore } from '../../ports/metadata-store.ts'
import { collect } from '../conformance.ts'
import { sampleHead, sampleTombstone, sampleVersion } from '../samples.ts'
import { commitVersions, contentOf, type MetadataTest, readContent } from './steps.ts'

const name = parsePackageName('@acme/widget')
const WRITERS = 20

/** What is promised while others read and write. */
export function racingTests(test: MetadataTest): void {
  test('of many concurrent commits from one revision exactly one wins', async ({ store }) => {
    const expected = await commitVersions(store, name, ['1.0.0'])
    await assertOneWins(store, expected)
  })

  test('of many concurrent creations of one package exactly one wins', async ({ store }) => {
    await assertOneWins(store, 'absent')
  })

  test('concurrent commits to different packages all go through', async ({ store }) => {
    const names = Array.from({ length: WRITERS }, (_, i) => parsePackageName(`@acme/widget-${i}`))
    await Promise.all(names.map((each) => commitVersions(store, each, ['1.0.0'])))
    assert.deepEqual(await collect(store.names()), names.sort())
  })

  test('writers that try again after a conflict lose no row', async ({ store }) => {
    const versions = Array.from({ length: WRITERS }, (_, i) => `1.0.${i}`)
    await Promise.all(versions.map((version) => addVersion(store, version)))
    const { versions: rows = [] } = (await contentOf(store, name)) ?? {}
    assert.deepEqual(new Set(rows.map(({ version }) => version)), new Set(versions))
  })

  test('a reader never mixes rows and head of two revisions', async ({ store }) => {
    await duringCommits(store, async (commits) => {
      const { head, versions } = (await contentOf(store, name)) ?? assert.fail('the package is gone')
      const patch = Number(head.distTags.latest?.split('.')[2])
      assert.equal(
        versions.length,
        patch + 1,
        `${versions.length} rows beside a head at ${head.distTags.latest}`,
      )
      assert.ok(patch >= commits, `a reader gave ${patch} after commit ${commits}`)
    })
  })

  test('all that a reader gives is of one revision, also what it is asked for later', async ({ store }) => {
    const expected = await commitVersions(store, name, ['1.0.0', '1.1.0'], 'before')
    const before = await contentOf(store, name)
    const [seen, after] =
      (await store.read(name, async (reader) => {
        const put = [sampleTombstone('1.0.0'), sampleVersion(name, '2.0.0')]
        const head = sampleHead({ distTags: { latest: '2.0.0' } })
        await store.commit({ name, expected, head, put, readme: 'after' })
        assert.deepEqual(await reader.rows(['2.0.0']), [])
        return [await readContent(reader), await contentOf(store, name)]
      })) ?? assert.fail('the package is gone')
    assert.deepEqual(seen, before)
    assert.deepEqual([after?.readme, after?.versions.length], ['after', 3])
  })

  test('a head is never seen before the rows it names', async ({ store }) => {
    await duringCommits(store, async () => {
      const head = await store.head(name)
      const latest = head?.distTags.latest ?? ''
      assert.notEqual(await store.version(name, latest), undefined, `${latest} is latest and is not there`)
    })
  })

  test('close waits for the readers that are under way', async ({ store, reopen }) => {
    await commitVersions(store, name, ['1.0.0'])
    const before = await contentOf(store, name)
    let seen: unknown
    const reading = store.read(name, async (reader) => {
      await setImmediate()
      seen = await readContent(reader)
    })
    await reopen()
    assert.deepEqual(seen, before, 'close was done before the reader was')
    await reading
  })

  test('close waits for the commits that are under way', async ({ store, reopen }) => {
    const names = Array.from({ length: 5 }, (_, i) => parsePackageName(`@acme/widget-${i}`))
    let done = 0
    const commits = names.map((each) => commitVersions(store, each, ['1.0.0']).then(() => done++))
    const additions = Promise.allSettled(
      ['1.0.0', '1.1.0', '1.2.0'].map((version) => addVersion(store, version, 1)),
    )
    const reopened = await reopen()
    assert.equal(done, commits.length, 'close was done before the commits were')
    const added = await additions
    assert.equal(added.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const each of added) {
      if (each.status === 'rejected')
        assert.ok(isRegistryError(each.reason, 'revision_conflict'), each.reason)
    }
    assert.deepEqual(await collect(reopened.names()), [name, ...names])
  })
}

async function assertOneWins(
  store: MetadataStore,
  expected: Parameters<MetadataStore['commit']>[0]['expected'],
) {
  const before = (await contentOf(store, name))?.versions ?? []
  const versions = Array.from({ length: WRITERS }, (_, i) => `2.0.${i}`)
  const outcomes = await Promise.allSettled(
    versions.map((version) =>
      store.commit({
        name,
        expected,
        head: sampleHead({ distTags: { latest: version } }),
        put: [sampleVersion(name, version)],
        readme: version,
      }),
    ),
  )
  const won = versions.filter((_, i) => outcomes[i]?.status === 'fulfilled')
  assert.equal(won.length, 1, `${won.length} of ${WRITERS} commits went through`)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected')
      assert.ok(isRegistryError(outcome.reason, 'revision_conflict'), outcome.reason)
  }
  const {
    head,
    readme,
    versions: rows,
  } = (await contentOf(store, name)) ?? assert.fail('the package is gone')
  assert.deepEqual([head.distTags.latest], won)
  assert.equal(readme, won[0])
  assert.deepEqual(
    new Set(rows.map(({ version }) => version)),
    new Set([...before.map((row) => row.version), ...won]),
  )
}

/** Adds a version as use-cases do: from the head as it is, and again after a conflict. */
async function addVersion(store: MetadataStore, version: string, attempts = WRITERS): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const head = attempts === 1 ? undefined : await store.head(name)
    const expected = head?.revision ?? 'absent'
    try {
      await store.commit({ name, expected, head: sampleHead(), put: [sampleVersion(name, version)] })
      return
    } catch (error) {
      if (!isRegistryError(error, 'revision_conflict') || attempt === attempts) throw error
    }
  }
}

/**
 * Commits 1.0.0, 1.0.1 and so on, each the `latest`, while `look` runs over and over.
 *
 * @param look is told how many commits were acknowledged, but for the first, before it was called
 */
async function duringCommits(store: MetadataStore, look: (commits: number) => Promise<void>): Promise<void> {
  let commits = 0
  let isDone = false
  let expected = await commitVersions(store, name, ['1.0.0'])
  const writing = (async () => {
    while (commits < 60) {
      const version = `1.0.${commits + 1}`
      const head = sampleHead({ distTags: { latest: version } })
      expected = await store.commit({ name, expected, head, put: [sampleVersion(name, version)] })
      commits++
    }
  })().finally(() => {
    isDone = true
  })
  try {
    do {
      await look(commits)
      await setImmediate()
    } while (!isDone)
  } finally {
    await writing
  }
}
