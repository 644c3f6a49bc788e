import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, gunzipSync } from 'node:zlib'
import { RegistryError } from '../errors.ts'
import type { ReceivedTarball } from './received-tarball.ts'

type Tarball = Pick<ReceivedTarball, 'size' | 'bytes'>

/** Bytes of a tarball that is unpacked in one go, and of what it then may unpack to: a few milliseconds. */
const SMALL = 64 * 1024
const SMALL_UNPACKED = 1024 * 1024
const MIN_CHUNK = 1024

/**
 * The archive in a tarball.
 *
 * @param max bytes that it may unpack to: a few kilobytes of gzip can hold gigabytes
 * @throws RegistryError `too_large`
 * @throws Error for what is no gzip, or several one behind the other: npm unpacks all of them, pnpm 12 and older buns the first
 */
export async function* unpackTarball(tarball: Tarball, max: number): AsyncGenerator<Uint8Array> {
  const small = tarball.size > SMALL ? undefined : await unpackSmall(tarball, max)
  if (small === undefined) yield* unpackInPieces(tarball, max)
  else yield small
}

/**
 * Unpacks in one go, without the streams and threads that cost more than the work. Whatever does not come out so is
 * `undefined`, and goes the long way, which finds out why.
 */
async function unpackSmall({ bytes }: Tarball, max: number): Promise<Uint8Array | undefined> {
  const packed = await joined(bytes())
  // A gzip ends with the size of what is in it. One that lies is unpacked in more pieces, up to the limit.
  const size = packed.length < 4 ? 0 : packed.readUInt32LE(packed.length - 4)
  const maxOutputLength = Math.min(max, SMALL_UNPACKED)
  if (size > maxOutputLength) return undefined
  try {
    const unpacked = gunzipSync(packed, { maxOutputLength, chunkSize: Math.max(size + 1, MIN_CHUNK) })
    return unpacked.length === size ? unpacked : undefined
  } catch {
    return undefined
  }
}

async function joined(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  const [only] = chunks
  return only !== undefined && chunks.length === 1
    ? Buffer.from(only.buffer, only.byteOffset, only.byteLength)
    : Buffer.concat(chunks)
}

async function* unpackInPieces({ bytes }: Tarball, max: number): AsyncGenerator<Uint8Array> {
  const unpacked = createGunzip()
  let end: Buffer = Buffer.alloc(0)
  async function* packed() {
    for await (const chunk of bytes()) {
      end = Buffer.concat([end, chunk.subarray(-4)]).subarray(-4)
      yield chunk
    }
  }
  // What goes wrong with it is thrown to whoever reads what comes out.
  const unpacking = pipeline(Readable.from(packed()), unpacked).catch(() => {})
  let total = 0
  try {
    for await (const chunk of unpacked) {
      total += chunk.length
      if (total > max) throw new RegistryError('too_large', `the tarball unpacks to more than ${max} bytes`)
      yield chunk
    }
  } finally {
    await unpacking
  }
  // The size of the last, then, and not of all.
  if (end.readUInt32LE() !== total % 2 ** 32) throw new Error('it is more than one gzip')
}
