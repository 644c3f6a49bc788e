import assert from 'node:assert/strict'
import { parsePackageName } from '../../model/package-name.ts'
import { collect } from '../conformance.ts'
import { sampleHead, sampleTombstone, sampleVersion } from '../samples.ts'
import { byVersion, commitVersions, contentOf, type MetadataTest } from './steps.ts'

const name = parsePackageName('@acme/widget')

/** A store gives back what it was given, and mixes nothing up. */
export function keepingTests(test: MetadataTest): void {
  test('a package that was never committed has no head, no rows and nothing to read', async ({ store }) => {
    assert.equal(await store.head(name), undefined)
    assert.equal(await store.version(name, '1.0.0'), undefined)
    assert.equal(await store.read(name, () => assert.fail('there is nothing to read')), undefined)
  })

  test('a head comes back whole, under its name and the revision that commit answered', async ({ store }) => {
    const head = sampleHead({
      maintainers: [{ name: 'alice', email: 'alice@example.com' }, { name: 'zoë ✨' }],
      stars: ['bob', 'alice'],
      repository: { host: 'github.com', owner: 'acme', name: 'widgets', id: 2 ** 40 },
    })
    const revision = await store.commit({ name, expected: 'absent', head })
    assert.deepEqual(await store.head(name), { name, revision, ...head })
  })

  test('a version row comes back with every character of its manifest', async ({ store }) => {
    const text = 'line\nbreak, "quote", back\\slash, NUL \u0000, \u2028, é, 漢字, 🎁'
    const row = sampleVersion(name, '1.0.0-beta.1', {
      manifest: JSON.stringify({ name, text }),
      abbreviated: JSON.stringify({ text }),
      deprecated: text,
    })
    await store.commit({ name, expected: 'absent', head: sampleHead(), put: [row], readme: text })
    assert.deepEqual(await store.version(name, '1.0.0-beta.1'), row)
    assert.equal((await contentOf(store, name))?.readme, text)
  })

  test('versions that a package does not have are undefined, whatever they are called', async ({ store }) => {
    await commitVersions(store, name, ['1.0.0'])
    for (const version of ['1.0', '1.0.0-0', '1.0.00', '', '__proto__', 'constructor', '1.0.0\u0000', '..']) {
      assert.equal(await store.version(name, version), undefined, JSON.stringify(version))
    }
  })

  test('a reader gives the head, the readme and all rows, tombstones too', async ({ store }) => {
    const put = [sampleVersion(name, '1.0.0'), sampleTombstone('1.1.0'), sampleVersion(name, '2.0.0-rc.1')]
    const revision = await store.commit({
      name,
      expected: 'absent',
      head: sampleHead(),
      put,
      readme: 'read me',
    })
    assert.deepEqual(await contentOf(store, name), {
      head: { name, revision, ...sampleHead() },
      readme: 'read me',
      versions: byVersion(put),
    })
  })

  test('an outline has every version once, without its manifests', async ({ store }) => {
    const row = sampleVersion(name, '1.0.0', { deprecated: 'use 2.0.0' })
    const put = [sampleTombstone('1.1.0'), row]
    await store.commit({ name, expected: 'absent', head: sampleHead(), put })
    const { manifest, abbreviated, ...outline } = row
    const found = await store.read(name, (reader) => collect(reader.outline()))
    assert.deepEqual(
      found?.toSorted((one, other) => (one.version < other.version ? -1 : 1)),
      [outline, sampleTombstone('1.1.0')],
    )
  })

  test('a package without rows has an empty outline, and no rows', async ({ store }) => {
    await store.commit({ name, expected: 'absent', head: sampleHead() })
    assert.deepEqual((await contentOf(store, name))?.versions, [])
    assert.deepEqual(await store.read(name, ({ rows }) => rows(['1.0.0'])), [])
  })

  test('rows come in the order they are asked for, without those that there are not', async ({ store }) => {
    await commitVersions(store, name, ['1.0.0', '1.1.0', '1.2.0'])
    const asked = ['1.2.0', '9.9.9', '1.0.0', '', '__proto__']
    const rows = await store.read(name, (reader) => reader.rows(asked))
    assert.deepEqual(rows, [sampleVersion(name, '1.2.0'), sampleVersion(name, '1.0.0')])
  })

  test('a reader gives what its work returns, and fails as its work does', async ({ store }) => {
    await commitVersions(store, name, ['1.0.0'])
    assert.equal(await store.read(name, async () => 'result'), 'result')
    await assert.rejects(
      store.read(name, () => Promise.reject(new Error('no'))),
      /^Error: no$/,
    )
    assert.notEqual(await contentOf(store, name), undefined)
  })

  test('words that mean something in JavaScript are names and tags like any others', async ({ store }) => {
    const distTags = Object.fromEntries(
      ['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((tag) => [tag, '1.0.0']),
    )
    const named = ['constructor', '@__proto__/__proto__', '@constructor/tostring'].map(parsePackageName)
    for (const each of named) {
      assert.equal(await store.head(each), undefined, each)
      await store.commit({
        name: each,
        expected: 'absent',
        head: sampleHead({ distTags, stars: ['__proto__'] }),
      })
    }
    for (const each of named) {
      const head = await store.head(each)
      assert.deepEqual(Object.entries(head?.distTags ?? {}), Object.entries(distTags), each)
      assert.deepEqual(head?.stars, ['__proto__'])
    }
  })

  test('packages whose names begin alike do not mix', async ({ store }) => {
    const names = ['a', 'ab', 'a.b', 'a-b', '@a/b', '@a/bc', '@a/b.c', '@ab/c', 'version', 'head'].map(
      parsePackageName,
    )
    for (const each of names) await commitVersions(store, each, ['1.0.0', '1.0.0-a'], `readme of ${each}`)
    for (const each of names) {
      const { versions, readme } = (await contentOf(store, each)) ?? {}
      const expected = [sampleVersion(each, '1.0.0'), sampleVersion(each, '1.0.0-a')]
      assert.deepEqual(byVersion(versions), byVersion(expected))
      assert.equal(readme, `readme of ${each}`)
    }
  })

  test('large rows and many rows come back whole', async ({ store }) => {
    const large = sampleVersion(name, '0.0.1', { manifest: JSON.stringify('é'.repeat(2_000_000)) })
    const put = [large, ...Array.from({ length: 1500 }, (_, i) => sampleVersion(name, `1.0.${i}`))]
    await store.commit({ name, expected: 'absent', head: sampleHead(), put })
    assert.deepEqual((await contentOf(store, name))?.versions, byVersion(put))
  })

  test('changing an object that was handed in or handed out changes nothing in the store', async ({
    store,
  }) => {
    const head = sampleHead({ stars: ['bob'] })
    await store.commit({ name, expected: 'absent', head })
    ;(head.stars as string[]).push('eve')
    const handedOut = (await store.head(name)) ?? assert.fail('the package is gone')
    ;(handedOut.stars as string[]).push('mallory')
    assert.deepEqual((await store.head(name))?.stars, ['bob'])
  })

  test('what was committed is there after the store was closed and opened again', async ({
    store,
    reopen,
  }) => {
    const revision = await commitVersions(store, name, ['1.0.0', '1.1.0'], 'read me')
    const before = await contentOf(store, name)
    const reopened = await reopen()
    assert.deepEqual(await contentOf(reopened, name), before)
    assert.equal(before?.readme, 'read me')
    assert.deepEqual(await collect(reopened.names()), [name])
    await reopened.commit({ name, expected: revision, head: sampleHead() })
  })
}
