import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes on their way: written once, then read any number of times, then gone. */
export interface Spool {
  /** Memory to write the next bytes to: 256 KB at most. */
  place(size: number): Promise<Uint8Array>
  /** Takes what was written to the beginning of the last place. */
  keep(size: number): void
  /** Call once, after the last bytes and before the first read. */
  end(): Promise<void>
  /** Each call reads from the start. Nobody may write into the chunks, which others read too. Fails after `dispose`. */
  bytes(): AsyncIterable<Uint8Array>
  dispose(): Promise<void>
}

/** Bytes: what stays in memory, and what is written and read at once. */
const BLOCK_SIZE = 256 * 1024

/**
 * Makes a spool that keeps little in memory and more in a file without a name, so that nothing of it outlives the
 * process.
 *
 * @param folder where such files go; made when it is missing
 */
export function createSpool(folder: string): Spool {
  let block: Uint8Array = new Uint8Array()
  let filled = 0
  let file: SpoolFile | undefined
  let disposed: Promise<void> | undefined

  async function flush(): Promise<void> {
    file ??= await openSpoolFile(folder)
    await file.handle.appendFile(block.subarray(0, filled))
    filled = 0
  }

  /** Most tarballs are small: the block grows to what is needed, and is used again for what comes after a flush. */
  function makeRoom(size: number): void {
    if (filled + size <= block.length) return
    const larger = new Uint8Array(Math.min(Math.max(filled + size, 2 * block.length), BLOCK_SIZE))
    larger.set(block.subarray(0, filled))
    block = larger
  }

  return {
    async place(size) {
      if (filled + size > BLOCK_SIZE) await flush()
      makeRoom(size)
      return block.subarray(filled, filled + size)
    },
    keep(size) {
      filled += size
    },
    async end() {
      if (file !== undefined) await flush()
    },
    async *bytes() {
      if (disposed !== undefined) throw new Error('the spool was disposed of')
      if (file === undefined) yield block.subarray(0, filled)
      else yield* read(file.handle)
    },
    dispose() {
      disposed ??= release(file)
      return disposed
    },
  }
}

/**
 * Makes the folder, and a file in it as a publish does: small ones need none, and the first large one is late to find out.
 *
 * @throws the system's error where that is not possible
 */
export async function assertSpoolFolder(folder: string): Promise<void> {
  await release(await openSpoolFile(folder))
}

interface SpoolFile {
  readonly handle: FileHandle
  /** Where it lies, on systems that do not let go of a name while the file is open. */
  readonly path: string | undefined
}

async function openSpoolFile(folder: string): Promise<SpoolFile> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, `publish-${randomUUID()}`)
  const handle = await open(path, 'wx+', 0o600)
  const unlinked = await unlink(path).then(
    () => true,
    () => false,
  )
  return { handle, path: unlinked ? undefined : path }
}

async function* read(handle: FileHandle): AsyncIterable<Uint8Array> {
  for (let position = 0; ; ) {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(BLOCK_SIZE), 0, BLOCK_SIZE, position)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    position += bytesRead
  }
}

async function release(file: SpoolFile | undefined): Promise<void> {
  await file?.handle.close()
  if (file?.path !== undefined) await rm(file.path, { force: true })
}
