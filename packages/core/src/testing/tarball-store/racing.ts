import assert from 'node:assert/strict'
import { sampleTarball } from '../samples.ts'
import { assertAbsent, assertHolds, inPieces, keysOf, put, type TarballTest } from './steps.ts'

const tarball = sampleTarball('@acme/widget', '1.0.0', 500_000)

/** What is promised while others put, remove and read. */
export function racingTests(test: TarballTest): void {
  test('concurrent puts of one key with the same bytes all succeed', async ({ store }) => {
    await Promise.all(Array.from({ length: 8 }, () => put(store, tarball)))
    await assertHolds(store, tarball)
    assert.deepEqual(await keysOf(store), [tarball.key])
  })

  test('a put that fails does not spoil one of the same key that succeeds', async ({ store }) => {
    async function* body() {
      yield* inPieces(tarball.bytes)
      throw new Error('the connection broke')
    }
    const attempts = Array.from({ length: 8 }, (_, i) =>
      i % 2 === 0 ? put(store, tarball) : store.put(tarball.key, body(), tarball.measured),
    )
    const outcomes = await Promise.allSettled(attempts)
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      attempts.map((_, i) => (i % 2 === 0 ? 'fulfilled' : 'rejected')),
    )
    await assertHolds(store, tarball)
  })

  test('many readers of one key get all of it', async ({ store }) => {
    await put(store, tarball)
    await Promise.all(Array.from({ length: 20 }, () => assertHolds(store, tarball)))
  })

  test('putting one version while others of the package are removed loses nothing', async ({ store }) => {
    const versions = Array.from({ length: 40 }, (_, i) => sampleTarball('@acme/widget', `1.0.${i}`))
    for (const [i, version] of versions.entries()) {
      const previous = versions[i - 1]
      await Promise.all([previous && store.remove(previous.key), put(store, version)])
      await assertHolds(store, version)
      if (previous) await assertAbsent(store, previous)
    }
  })

  test('removing one key many times at once leaves it removed', async ({ store }) => {
    await put(store, tarball)
    await Promise.all(Array.from({ length: 8 }, () => store.remove(tarball.key)))
    await assertAbsent(store, tarball)
  })
}
