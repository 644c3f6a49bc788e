import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { syncFolders } from './folders.ts'
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
  if (firstMade !== undefined) await syncFolders(dirname(folder), dirname(firstMade))

  return {
    async write(bytes) {
      const path = join(folder, randomUUID())
      const file = await open(path, 'wx')
      try {
        // On an open file, writeFile goes on where the chunk before ended.
        for await (const chunk of bytes) await file.writeFile(chunk)
        await file.sync()
      } catch (error) {
        await file.close()
        await rm(path, { force: true })
        throw error
      }
      await file.close()
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
