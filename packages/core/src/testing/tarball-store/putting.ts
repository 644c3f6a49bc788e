import assert from 'node:assert/strict'
import { isRegistryError } from '../../errors.ts'
import type { PutOptions, TarballStore } from '../../ports/tarball-store.ts'
import { type SampleTarball, sampleTarball } from '../samples.ts'
import { assertAbsent, assertHolds, inPieces, put, type TarballTest } from './steps.ts'

const size = 200_000
const tarball = sampleTarball('@acme/widget', '1.0.0', size)
const last = tarball.bytes[size - 1] ?? 0
const changed = Uint8Array.from(tarball.bytes).fill(last ^ 1, size - 1)

/** Puts that must be refused or fail, and how they differ from the tarball that was announced. */
const faulty: Record<string, (...to: To) => Promise<unknown>> = {
  'a body with one byte too few': (...to) => refused(to, tarball.bytes.subarray(0, size - 1)),
  'a body with one byte too many': (...to) => refused(to, Buffer.concat([tarball.bytes, Buffer.of(0)])),
  'a body without any bytes': (...to) => refused(to, new Uint8Array()),
  'a body with one other byte': (...to) => refused(to, changed),
  'a size that is announced one too large': (...to) => refused(to, tarball.bytes, size + 1),
  'a size that is announced one too small': (...to) => refused(to, tarball.bytes, size - 1),
  'a body that fails before its first byte': (...to) => failing(to, 0),
  'a body that fails in the middle': (...to) => failing(to, size / 2),
  'a body that fails after its last byte': (...to) => failing(to, size),
}

/** A tarball is stored as a whole, or not at all. */
export function puttingTests(test: TarballTest): void {
  for (const [title, attempt] of Object.entries(faulty)) {
    test(`${title} leaves nothing under its key`, async ({ store, reopen }) => {
      await attempt(store)
      await assertAbsent(store, tarball)
      await assertAbsent(await reopen(), tarball)
    })

    test(`${title} leaves nothing under a key that was made for it`, async ({ store, reopen }) => {
      await attempt(store, { fresh: true })
      await assertAbsent(store, tarball)
      await assertAbsent(await reopen(), tarball)
    })

    test(`${title} leaves the bytes that were there before`, async ({ store }) => {
      await put(store, tarball)
      await attempt(store)
      await assertHolds(store, tarball)
    })
  }

  test('a tarball is there under a key that was made for it', async ({ store, reopen }) => {
    await store.put(tarball.key, inPieces(tarball.bytes), tarball.measured, { fresh: true })
    await assertHolds(store, tarball)
    await assertHolds(await reopen(), tarball)
  })

  test('nothing can be seen of a tarball while it is being put', async ({ store }) => {
    await store.put(
      tarball.key,
      watched(tarball, () => assertAbsent(store, tarball)),
      tarball.measured,
    )
    await assertHolds(store, tarball)
  })

  test('a tarball stays whole while the same one is put again', async ({ store }) => {
    await put(store, tarball)
    await store.put(
      tarball.key,
      watched(tarball, () => assertHolds(store, tarball)),
      tarball.measured,
    )
    await assertHolds(store, tarball)
  })

  test('a key can be put after a put of it failed', async ({ store }) => {
    await failing([store], size / 2)
    await put(store, tarball)
    await assertHolds(store, tarball)
  })

  test('close waits for the puts that are under way', async ({ store, reopen }) => {
    const others = ['a', 'b', 'c'].map((name) => sampleTarball(name, '1.0.0', size))
    let done = 0
    const puts = others.map((other) => put(store, other).then(() => done++))
    const reopened = await reopen()
    assert.equal(done, puts.length, 'close was done before the puts were')
    for (const other of others) await assertHolds(reopened, other)
  })
}

/** Where, and how, a faulty put goes. */
type To = readonly [store: TarballStore, options?: PutOptions]

/** Puts other bytes, or more or fewer, than are announced. */
async function refused([store, options]: To, bytes: Uint8Array, announced = size): Promise<void> {
  await assert.rejects(
    store.put(tarball.key, inPieces(bytes), { ...tarball.measured, size: announced }, options),
    (error) => isRegistryError(error, 'invalid_tarball'),
  )
}

/** Puts a body that fails after so many bytes; the caller gets the body's own error. */
async function failing([store, options]: To, after: number): Promise<void> {
  const failure = new Error('the connection broke')
  async function* body() {
    yield* inPieces(tarball.bytes.subarray(0, after))
    throw failure
  }
  await assert.rejects(
    store.put(tarball.key, body(), tarball.measured, options),
    (error) => error === failure,
  )
}

/** A body that looks around before each piece and behind the last. */
async function* watched({ bytes }: SampleTarball, look: () => Promise<void>): AsyncGenerator<Uint8Array> {
  for await (const piece of inPieces(bytes)) {
    await look()
    yield piece
  }
  await look()
}
