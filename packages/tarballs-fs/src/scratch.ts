import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createFile } from './descriptor.ts'
import { createDurableFolders } from './durable-folders.ts'
import { ignoring } from './ignoring.ts'

/** A folder for files that are not tarballs yet; no key begins with a dot. */
const FOLDER = '.tmp'

export interface Scratch {
  /** Writes all bytes to a new file, and answers its path when the disk has them; nothing stays of it when `bytes` fails. */
  write(bytes: AsyncIterable<Uint8Array>): Promise<string>
  /** Removes files that were last written before a moment, and answers how many there were. */
  discard(before: Date): Promise<number>
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
      try {
        for await (const chunk of bytes) await file.append(chunk)
        await file.sync()
      } catch (error) {
        file.close()
        await rm(path, { force: true })
        throw error
      }
      file.close()
      return path
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
