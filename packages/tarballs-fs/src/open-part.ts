import { type FileHandle, open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { ByteRange, OpenTarball } from '@nmr/core'
import { ignoring } from './ignoring.ts'

/** Bytes read at once: large enough that reading costs little, small enough for many readers. */
const CHUNK = 512 * 1024

/**
 * Opens a file, or a part of it, to be streamed; `undefined` when it is not there.
 *
 * @param allocate gives memory for a chunk of up to so many bytes
 * @throws RangeError when the file does not reach to the end of the range
 */
export async function openPart(
  path: string,
  range?: ByteRange,
  allocate: (size: number) => Uint8Array = newMemory,
): Promise<OpenTarball | undefined> {
  // ENOTDIR: a file stands where a folder would be, so the key is not there.
  const file = await ignoring(['ENOENT', 'ENOTDIR'], open(path, 'r'))
  if (file === undefined) return undefined
  try {
    const length = (await file.stat()).size
    const { start, end } = range ?? { start: 0, end: length - 1 }
    if (end >= length) throw new RangeError(`${path} has ${length} bytes, and ${start} to ${end} were wanted`)
    return { kind: 'stream', body: streamPart(file, start, end + 1, allocate), size: end + 1 - start }
  } catch (error) {
    await file.close()
    throw error
  }
}

function newMemory(size: number): Uint8Array {
  return Buffer.allocUnsafeSlow(Math.min(size, CHUNK))
}

/**
 * Node's own file stream ends without an error where the file ends, however short that is. Nothing is read ahead: the
 * system does that already, and a chunk may be asked for when the one before it is done with.
 */
function streamPart(
  file: FileHandle,
  start: number,
  end: number,
  allocate: (size: number) => Uint8Array,
): Readable {
  let position = start
  return new Readable({
    highWaterMark: 0,
    read() {
      const left = end - position
      if (left === 0) {
        this.push(null)
        return
      }
      const memory = allocate(left)
      file.read(memory, 0, Math.min(memory.length, left), position).then(
        ({ buffer, bytesRead }) => {
          position += bytesRead
          if (bytesRead > 0) this.push(buffer.subarray(0, bytesRead))
          else this.destroy(new Error(`a tarball's file ended ${left} bytes early`))
        },
        (error) => this.destroy(error),
      )
    },
    destroy(error, callback) {
      file.close().then(
        () => callback(error),
        (failure) => callback(error ?? failure),
      )
    },
  })
}
