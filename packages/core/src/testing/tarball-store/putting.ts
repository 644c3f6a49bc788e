import assert from 'node:assert/strict'
import { isRegistryError } from '../../errors.ts'
import type { TarballStore } from '../../ports/tarball-store.ts'
import { type SampleTarball, sampleTarball } from '../samples.ts'
import { assertAbsent, assertHolds, inPieces, put, type TarballTest } from './steps.ts'

const size = 200_000
const tarball = sampleTarball('@acme/widget', '1.0.0', size)
const last = tarball.bytes[size - 1] ?? 0
const changed = Uint8Array.from(tarball.bytes).fill(last ^ 1, size - 1)

/** Puts that must be refused or fail, and how they differ from the tarball that was announced. */
const faulty: Record<string, (store: TarballStore) => Promise<unknown>> = {
  'a body with one byte too few': (store) => refused(store, tarball.bytes.subarray(0, size - 1)),
  'a body with one byte too many': (store) => refused(store, Buffer.concat([tarball.bytes, Buffer.of(0)])),
  'a body without any bytes': (store) => refused(store, new Uint8Array()),
  'a body with one other byte': (store) => refused(store, changed),
  'a size that is announced one too large': (store) => refused(store, tarball.bytes, size + 1),
  'a size that is announced one too small': (store) => refused(store, tarball.bytes, size - 1),
  'a body that fails before its first byte': (store) => failing(store, 0),
  'a body that fails in the middle': (store) => failing(store, size / 2),
  'a body that fails after its last byte': (store) => failing(store, size),
}

/** A tarball is stored as a whole, or not at all. */
export function puttingTests(test: TarballTest): void {
  for (const [title, attempt] of Object.entries(faulty)) {
    test(`${title} leaves nothing under its key`, async ({ store, reopen }) => {
      await attempt(store)
      await assertAbsent(store, tarball)
      await assertAbsent(await reopen(), tarball)
    })

    test(`${title} leaves the bytes that were there before`, async ({ store }) => {
      await put(store, tarball)
      await attempt(store)
      await assertHolds(store, tarball)
    })
  }

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
    await failing(store, size / 2)
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

/** Puts other bytes, or more or fewer, than are announced. */
async function refused(store: TarballStore, bytes: Uint8Array, announced = size): Promise<void> {
  await assert.rejects(
    store.put(tarball.key, inPieces(bytes), { ...tarball.measured, size: announced }),
    (error) => isRegistryError(error, 'invalid_tarball'),
  )
}

/** Puts a body that fails after so many bytes; the caller gets the body's own error. */
async function failing(store: TarballStore, after: number): Promise<void> {
  const failure = new Error('the connection broke')
  async function* body() {
    yield* inPieces(tarball.bytes.subarray(0, after))
    throw failure
  }
  await assert.rejects(store.put(tarball.key, body(), tarball.measured), (error) => error === failure)
}

/** A body that looks around before each piece and behind the last. */
async function* watched({ bytes }: SampleTarball, look: () => Promise<void>): AsyncGenerator<Uint8Array> {
  for await (const piece of inPieces(bytes)) {
    await look()
    yield piece
  }
  await look()
}
