import { promisify } from 'node:util'
import { constants, crc32, deflateRaw, deflateRawSync, gunzip } from 'node:zlib'
import { combineCrc32 } from './crc32.ts'

/** Bytes that were compressed by themselves, and can stand in any text. */
export interface Piece {
  readonly deflated: Uint8Array
  /** Of the bytes as they were. */
  readonly crc: number
  readonly length: number
}

/** Level 1 is nearly as small as level 6 on packuments, and several times faster. */
const LEVEL = 1

/** Magic number, method, no flags, no time, nothing said of the level, and of the system that it is unknown. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff)
/** An empty block that is the last. */
const END = Uint8Array.of(3, 0)

const deflate = promisify(deflateRaw)
const unpack = promisify(gunzip)

/** Ends at a whole byte, with no block that is called the last. */
const options = { level: LEVEL, finishFlush: constants.Z_SYNC_FLUSH }

/** Bytes that are compressed in less time than another thread takes to be asked. */
const SMALL = 16 * 1024
/** Enough for so many bytes, in the fifth part of the memory. */
const smallOptions = { ...options, windowBits: 14, memLevel: 6 }

/** Compresses; what is not small, in the thread pool. */
export async function compress(text: string): Promise<Piece> {
  const bytes = Buffer.from(text)
  const deflated = bytes.length <= SMALL ? deflateRawSync(bytes, smallOptions) : await deflate(bytes, options)
  return { deflated: alone(deflated), crc: crc32(bytes), length: bytes.length }
}

/** One gzip member with the texts of these pieces, one behind the other. */
export function joinPieces(pieces: readonly Piece[]): Uint8Array {
  const size = pieces.reduce((sum, { deflated }) => sum + deflated.length, 0)
  const bytes = Buffer.allocUnsafeSlow(HEADER.length + size + END.length + 8)
  let [at, crc, length] = [0, 0, 0]
  const append = (some: Uint8Array) => {
    bytes.set(some, at)
    at += some.length
  }
  append(HEADER)
  for (const piece of pieces) {
    append(piece.deflated)
    crc = combineCrc32(crc, piece.crc, piece.length)
    length += piece.length
  }
  append(END)
  bytes.writeUInt32LE(crc, at)
  bytes.writeUInt32LE(length % 2 ** 32, at + 4)
  return bytes
}

/** The text that was joined, in the thread pool. */
export async function unpackPieces(bytes: Uint8Array): Promise<Uint8Array> {
  const length = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).readUInt32LE(bytes.length - 4)
  // In one chunk, which needs no joining.
  return alone(await unpack(bytes, { chunkSize: Math.max(length, constants.Z_MIN_CHUNK) }))
}

/** In memory of its own: what zlib gives may be a part of a larger buffer, all of which would be kept. */
function alone(bytes: Buffer): Uint8Array {
  return bytes.length === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)
}
