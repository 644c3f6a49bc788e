import assert from 'node:assert/strict'
import type { TarballStore } from '../../ports/tarball-store.ts'
import { sampleTarball } from '../samples.ts'
import { assertAbsent, assertHolds, inPieces, keysOf, put, type TarballTest } from './steps.ts'

/** A minute, in milliseconds: clocks of a store's machine and of this one may differ by so much. */
const TOLERANCE = 60_000

const soon = () => new Date(Date.now() + TOLERANCE)

/** Small enough to be put at once, and large enough for a store to put it in parts. */
const tarballs = [200_000, 9_000_001].map((size) => sampleTarball('@acme/widget', `1.0.0-of.${size}`, size))

/** `discardUnfinished` takes away what a put left that never ended, and nothing else. */
export function discardingTests(test: TarballTest): void {
  test('puts that ended, well or not, leave nothing to discard', async ({ store, reopen }) => {
    for (const tarball of tarballs) {
      await put(store, tarball)
      const other = sampleTarball('@acme/other', '1.0.0', tarball.bytes.length)
      await assert.rejects(store.put(other.key, inPieces(tarball.bytes), other.measured))
    }
    assert.equal(await store.discardUnfinished(soon()), 0)
    assert.equal(await (await reopen()).discardUnfinished(soon()), 0)
  })

  test('what is stored stays', async ({ store }) => {
    for (const tarball of tarballs) await put(store, tarball)
    await store.discardUnfinished(soon())
    for (const tarball of tarballs) await assertHolds(store, tarball)
    assert.deepEqual(await keysOf(store), tarballs.map(({ key }) => key).sort())
  })

  for (const tarball of tarballs) {
    const size = tarball.bytes.length

    test(`a put of ${size} bytes that began later goes on`, async ({ store }) => {
      const earlier = new Date(Date.now() - TOLERANCE)
      const body = discardingHalfway(tarball.bytes, store, earlier)
      await store.put(tarball.key, body, tarball.measured)
      await assertHolds(store, tarball)
    })

    test(`a put of ${size} bytes that began before ends whole, or fails and leaves nothing`, async ({
      store,
    }) => {
      const body = discardingHalfway(tarball.bytes, store, soon())
      const outcome = await store.put(tarball.key, body, tarball.measured).then(
        () => 'whole',
        () => 'nothing',
      )
      await (outcome === 'whole' ? assertHolds : assertAbsent)(store, tarball)
      assert.equal(await store.discardUnfinished(soon()), 0)
    })
  }
}

/** A body during which the store is told to discard what began before a moment. */
async function* discardingHalfway(
  bytes: Uint8Array,
  store: TarballStore,
  before: Date,
): AsyncGenerator<Uint8Array> {
  const half = bytes.length >> 1
  yield* inPieces(bytes.subarray(0, half))
  await store.discardUnfinished(before)
  yield* inPieces(bytes.subarray(half))
}
