import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createFile } from './descriptor.ts'
import { createDurableFolders } from './durable-folders.ts'
import { ignoring } from './ignoring.ts'

/** A folder for files that are not tarballs yet; no key begins with a dot. */
const FOLDER = '.tmp'

export interface Scratch {
  /** Writes all bytes to a new file, which the disk need not have yet; nothing stays of it when `bytes` fails. */
  write(bytes: AsyncIterable<Uint8Array>): Promise<ScratchFile>
  /** Removes files that were last written before a moment, and answers how many there were. */
  discard(before: Date): Promise<number>
}

/** A file that was written, to be kept or discarded. */
export interface ScratchFile {
  readonly path: string
  /** Resolves when the disk has what is in the file, wherever that was moved to. */
  keep(): Promise<void>
  discard(): Promise<void>
}

/** Makes the folder inside `root`. */
export async function openScratch(root: string): Promise<Scratch> {
  const folder = join(root, FOLDER)
  const firstMade = await mkdir(folder, { recursive: true })
  if (firstMade !== undefined) await createDurableFolders(dirname(firstMade)).sync(root)

  return {
    async write(bytes) {
      const path = join(folder, randomUUID())
      const file = await createFile(path)
      const written = {
        path,
        keep: () => file.sync().finally(file.close),
        discard() {
          file.close()
          return rm(path, { force: true })
        },
      }
      try {
        for await (const chunk of bytes) await file.append(chunk)
        return written
      } catch (error) {
        await written.discard()
        throw error
      }
    },
    async discard(before) {
      let discarded = 0
      for (const name of await readdir(folder)) {
        const path = join(folder, name)
        const found = await ignoring(['ENOENT'], stat(path))
        if (found === undefined || found.mtime >= before) continue
        await rm(path, { recursive: true, force: true })
        discarded += 1
      }
      return discarded
    },
  }
}
