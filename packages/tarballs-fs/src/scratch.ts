import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { syncFolders } from './folders.ts'
import { ignoring } from './ignoring.ts'

/** A folder for files that are not tarballs yet; no key begins with a dot. */
const FOLDER = '.tmp'

/** Milliseconds after which nobody can be writing a file any more. */
const ABANDONED_AFTER = 24 * 60 * 60 * 1000

export interface Scratch {
  /** Writes all bytes to a new file, and answers its path when the disk has them; nothing stays of it when `bytes` fails. */
  write(bytes: AsyncIterable<Uint8Array>): Promise<string>
}

/** Makes the folder inside `root`, and removes what puts left behind in it more than a day before `now`. */
export async function openScratch(root: string, now: Date): Promise<Scratch> {
  const folder = join(root, FOLDER)
  const firstMade = await mkdir(folder, { recursive: true })
  if (firstMade !== undefined) await syncFolders(dirname(folder), dirname(firstMade))
  await removeAbandoned(folder, now)

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
  }
}

async function removeAbandoned(folder: string, now: Date): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const found = await ignoring(['ENOENT'], stat(path))
    if (found && now.getTime() - found.mtimeMs > ABANDONED_AFTER)
      await rm(path, { recursive: true, force: true })
  }
}
