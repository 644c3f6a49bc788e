import { mkdir, open, rename, rmdir } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { ignoring } from './ignoring.ts'

/** How often a folder may be removed, as empty, between its making and its use. */
const MAX_ATTEMPTS = 100

/** Moves a file to where nothing, or the same file, is; makes the folders above it. Readers see all of it or nothing. */
export async function moveIntoPlace(file: string, path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const made = mkdir(dirname(path), { recursive: true })
    const moved = made.then(() => rename(file, path)).then(() => true)
    // A remove beside us may have found the folder empty and taken it away.
    if (await (attempt < MAX_ATTEMPTS ? ignoring(['ENOENT'], moved) : moved)) return
  }
}

/**
 * Makes sure that the disk has the entries of `folder` and of all above it up to `top`: a synced file whose name
 * is not on the disk is lost. Each put does so for all of them, as another put may have made a folder a moment ago.
 */
export async function syncFolders(folder: string, top: string): Promise<void> {
  for (const each of upTo(folder, top)) {
    // Gone: a remove was faster, and there is nothing to keep.
    const handle = await ignoring(['ENOENT'], open(each, 'r'))
    if (handle === undefined) continue
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
}

/** Removes `folder` and those above it, below `top`, as far as they are empty. */
export async function removeEmptyFolders(folder: string, top: string): Promise<void> {
  for (const each of upTo(folder, top).slice(0, -1)) {
    // The system refuses to remove a folder that a put has filled meanwhile.
    const removed = rmdir(each).then(() => true)
    if (!(await ignoring(['ENOTEMPTY', 'EEXIST', 'ENOENT'], removed))) return
  }
}

function upTo(folder: string, top: string): readonly string[] {
  return relative(top, folder) === '' ? [folder] : [folder, ...upTo(dirname(folder), top)]
}
