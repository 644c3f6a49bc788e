import { isUtf8 } from 'node:buffer'
import { RegistryError } from '@nmr/core'

/** Text that is gathered from pieces of bytes, up to a size. */
export interface DocumentBuffer {
  /** Bytes. */
  size(): number
  /** @throws RegistryError `too_large` */
  append(bytes: Uint8Array): void
  /** What lies between two offsets in bytes. */
  slice(start: number, end: number): string
  /** @throws RegistryError `invalid_request` when it is not UTF-8 */
  text(): string
}

const FIRST_SIZE = 8 * 1024

/** @param maxSize bytes */
export function createDocumentBuffer(maxSize: number): DocumentBuffer {
  let buffer = Buffer.allocUnsafe(Math.min(FIRST_SIZE, maxSize))
  let size = 0

  function makeRoom(needed: number): void {
    if (needed > maxSize) {
      throw new RegistryError(
        'too_large',
        `the document is larger than ${maxSize} bytes, not counting the tarball`,
      )
    }
    if (needed <= buffer.length) return
    const larger = Buffer.allocUnsafe(Math.min(Math.max(needed, 2 * buffer.length), maxSize))
    larger.set(buffer.subarray(0, size))
    buffer = larger
  }

  return {
    size: () => size,
    append(bytes) {
      makeRoom(size + bytes.length)
      buffer.set(bytes, size)
      size += bytes.length
    },
    slice: (start, end) => buffer.toString('utf8', start, end),
    text() {
      if (!isUtf8(buffer.subarray(0, size))) {
        throw new RegistryError('invalid_request', 'the body is not valid UTF-8')
      }
      return buffer.toString('utf8', 0, size)
    },
  }
}
