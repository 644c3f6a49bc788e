import assert from 'node:assert/strict'
import { collect } from '../conformance.ts'
import { sampleTarball } from '../samples.ts'
import { assertAbsent, assertHolds, keysOf, put, type TarballTest } from './steps.ts'

/** Clocks of a store's machine and of this one may differ by so much: a minute, in milliseconds. */
const TOLERANCE = 60_000

/** `keys` lists all that is there and nothing else; `remove` removes one key. */
export function listingTests(test: TarballTest): void {
  const tarballs = ['widget', '@acme/widget', '@acme/gadget', '@other/widget'].flatMap((name) =>
    ['1.0.0', '1.0.1', '1.0.0-rc.1'].map((version) => sampleTarball(name, version)),
  )
  const [first, second] = [sampleTarball('widget'), sampleTarball('@acme/widget')]
  const allKeys = tarballs.map(({ key }) => key).sort()

  test('an empty store lists nothing', async ({ store }) => {
    assert.deepEqual(await keysOf(store), [])
  })

  test('everything that was put is listed once, and nothing else', async ({ store, reopen }) => {
    await Promise.all(tarballs.map((tarball) => put(store, tarball)))
    assert.deepEqual(await keysOf(store), allKeys)
    assert.deepEqual(await keysOf(await reopen()), allKeys)
  })

  test('a listed key says when it was put', async ({ store }) => {
    const before = Date.now()
    await Promise.all(tarballs.map((tarball) => put(store, tarball)))
    for (const { key, modified } of await collect(store.keys())) {
      const isNow = modified.getTime() > before - TOLERANCE && modified.getTime() < Date.now() + TOLERANCE
      assert.ok(isNow, `${key} was put at ${modified.toISOString()}`)
    }
  })

  test('a removed key is neither opened nor listed, and the others stay', async ({ store, reopen }) => {
    await Promise.all(tarballs.map((tarball) => put(store, tarball)))
    await store.remove(first.key)
    await assertAbsent(store, first)
    for (const other of tarballs) if (other.key !== first.key) await assertHolds(store, other)
    assert.deepEqual(
      await keysOf(await reopen()),
      allKeys.filter((key) => key !== first.key),
    )
  })

  test('removing a key that is not there is no error', async ({ store }) => {
    await store.remove(first.key)
    await put(store, first)
    await store.remove(second.key)
    await store.remove(first.key)
    await store.remove(first.key)
    assert.deepEqual(await keysOf(store), [])
  })

  test('a key that was removed can be put again', async ({ store }) => {
    await put(store, first)
    await store.remove(first.key)
    await put(store, first)
    await assertHolds(store, first)
  })

  test('keys that are removed while they are listed do not disturb the list', async ({ store }) => {
    await Promise.all(tarballs.map((tarball) => put(store, tarball)))
    const listed: string[] = []
    for await (const { key } of store.keys()) {
      if (listed.push(key) === 1) await Promise.all(tarballs.map((tarball) => store.remove(tarball.key)))
    }
    assert.ok(listed.every((key) => allKeys.some((known) => known === key)))
    assert.equal(new Set(listed).size, listed.length, 'a key was listed twice')
    assert.deepEqual(await keysOf(store), [])
  })
}
