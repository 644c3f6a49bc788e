import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { RegistryError } from '@nmr/core'
import { createFile } from './descriptor.ts'
import { createDurableFolders } from './durable-folders.ts'
import { ignoring } from './ignoring.ts'
import { fillFile, type NewFile } from './new-file.ts'

/** A folder for files that are not tarballs yet; no key begins with a dot. */
const FOLDER = '.tmp'

export interface Scratch {
  /** Writes all bytes to a new file, as `fillFile`. */
  write(bytes: AsyncIterable<Uint8Array>): Promise<NewFile>
  /** Removes files that were last written before a moment, and answers how many there were. */
  discard(before: Date): Promise<number>
}

/**
 * Makes the folder inside `root`.
 *
 * @throws Error in one line that names `root`, where that is not possible
 */
export async function openScratch(root: string): Promise<Scratch> {
  const folder = join(root, FOLDER)
  const firstMade = await mkdir(folder, { recursive: true }).catch((cause) => {
    throw new RegistryError('unavailable', `the tarball folder ${root} cannot be opened: ${cause.message}`, {
      cause,
    })
  })
  if (firstMade !== undefined) await createDurableFolders(dirname(firstMade)).sync(root)

  return {
    async write(bytes) {
      const path = join(folder, randomUUID())
      return fillFile(path, await createFile(path), bytes)
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
