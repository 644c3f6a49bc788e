import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import type { TarballKey } from '../../model/tarball-key.ts'
import type { ByteRange, TarballStore } from '../../ports/tarball-store.ts'
import { collect, type StoreTest } from '../conformance.ts'
import type { SampleTarball } from '../samples.ts'

/** Defines one test over a fresh tarball store. */
export type TarballTest = StoreTest<TarballStore>

/** A body in pieces of a size that fits nothing. */
export async function* inPieces(bytes: Uint8Array, size = 65_521): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}

export function put(store: TarballStore, { key, bytes, measured }: SampleTarball): Promise<void> {
  return store.put(key, inPieces(bytes), measured)
}

/** What a client gets that asks for a key, or a part of it; `undefined` when there is no such key. */
export async function read(
  store: TarballStore,
  key: TarballKey,
  range?: ByteRange,
): Promise<Buffer | undefined> {
  const opened = await store.open(key, { range })
  if (opened === undefined) return undefined
  if (opened.kind === 'redirect') return follow(opened.url, range)
  assert.ok(opened.kind === 'stream', 'nobody said that a file would do')
  const bytes = await buffer(opened.body)
  assert.equal(opened.size, bytes.length, 'the size that was told is not the number of bytes that came')
  return bytes
}

/** As clients do: they repeat their `Range` header where they are sent to. */
async function follow(url: string, range: ByteRange | undefined): Promise<Buffer | undefined> {
  const headers: Record<string, string> = range ? { range: `bytes=${range.start}-${range.end}` } : {}
  const response = await fetch(url, { headers })
  const bytes = Buffer.from(await response.arrayBuffer())
  if (response.status === 404) return undefined
  assert.equal(response.status, range ? 206 : 200, `${response.status}: ${bytes.toString('utf8', 0, 500)}`)
  return bytes
}

/** The store has the key, with these bytes. */
export async function assertHolds(store: TarballStore, { key, bytes }: SampleTarball): Promise<void> {
  const held = await read(store, key)
  assert.ok(held !== undefined, `${key} is not there`)
  // Not deepEqual: a difference between megabytes takes it minutes to print.
  assert.ok(held.equals(bytes), `${key} has other bytes than were put (${held.length} for ${bytes.length})`)
}

/** The store has nothing under the key, neither to open nor in its list. */
export async function assertAbsent(store: TarballStore, { key }: SampleTarball): Promise<void> {
  assert.equal((await read(store, key))?.length, undefined, `${key} can be opened`)
  assert.ok(!(await keysOf(store)).includes(key), `${key} is listed`)
}

/** Everything the store lists, in an order that can be compared. */
export async function keysOf(store: TarballStore): Promise<TarballKey[]> {
  return (await collect(store.keys())).map(({ key }) => key).sort()
}
