import { type FileHandle, open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { ByteRange, OpenTarball } from '@nmr/core'
import { ignoring } from './ignoring.ts'

/** Bytes read at once: large enough that reading costs little, small enough for many readers. */
const CHUNK = 512 * 1024

/**
 * Opens a file, or a part of it, to be streamed; `undefined` when it is not there.
 *
 * @throws RangeError when the file does not reach to the end of the range
 */
export async function openPart(path: string, range?: ByteRange): Promise<OpenTarball | undefined> {
  // ENOTDIR: a file stands where a folder would be, so the key is not there.
  const file = await ignoring(['ENOENT', 'ENOTDIR'], open(path, 'r'))
  if (file === undefined) return undefined
  try {
    const length = (await file.stat()).size
    const { start, end } = range ?? { start: 0, end: length - 1 }
    if (end >= length) throw new RangeError(`${path} has ${length} bytes, and ${start} to ${end} were wanted`)
    return { kind: 'stream', body: streamPart(file, start, end + 1), size: end + 1 - start }
  } catch (error) {
    await file.close()
    throw error
  }
}

/** Node's own file stream ends without an error where the file ends, however short that is. */
function streamPart(file: FileHandle, start: number, end: number): Readable {
  let position = start
  return new Readable({
    highWaterMark: CHUNK,
    read() {
      const wanted = Math.min(CHUNK, end - position)
      if (wanted === 0) {
        this.push(null)
        return
      }
      file.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, position).then(
        ({ buffer, bytesRead }) => {
          position += bytesRead
          if (bytesRead > 0) this.push(buffer.subarray(0, bytesRead))
          else this.destroy(new Error(`a tarball's file ended ${end - position} bytes early`))
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
