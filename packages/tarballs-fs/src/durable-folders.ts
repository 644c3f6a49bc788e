import { statSync } from 'node:fs'
import { mkdir, rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hasCode, ignoring } from './ignoring.ts'
import { createSharedRuns } from './shared-runs.ts'
import { syncFolder } from './sync-folder.ts'

/** The folders under one that is there, and which of them the disk has. */
export interface DurableFolders {
  /** Does what makes an entry in a folder; makes the folder, and those above, where they are not there. */
  enter<Entry>(folder: string, makeEntry: () => Promise<Entry>): Promise<Entry>
  /** Resolves when the disk has all entries that the folder had at the call, and the folder itself; fails when it is gone. */
  sync(folder: string): Promise<void>
  /** Removes a folder, and those above it, as far as they are empty. */
  removeEmpty(folder: string): Promise<void>
}

/** How often a folder may be removed, as empty, between its making and its use. */
const MAX_ATTEMPTS = 100

/** How many folders are remembered, in a few megabytes; when there are more, all are found out about again. */
const MAX_REMEMBERED = 20_000

/**
 * A synced file whose name is not on the disk is lost, and so is a synced name in a folder whose own name is not.
 * A folder's own name is synced once, and the folder is then remembered by what it is, and not by its path: this
 * process or another may remove it and make it anew.
 *
 * @param top a folder that the disk has
 */
export function createDurableFolders(top: string): DurableFolders {
  const named = new Map<string, string>()
  const sync = createSharedRuns(async (folder) => {
    await Promise.all([syncFolder(folder), syncName(folder)])
  })

  /** Resolves when the disk has the name of a folder that is there, and the names of those above it. */
  async function syncName(folder: string): Promise<void> {
    if (folder === top) return
    const found = identify(folder)
    if (found === undefined || named.get(folder) === found.identity) return
    await sync(dirname(folder))
    if (named.size >= MAX_REMEMBERED) named.clear()
    if (found.isUnique) named.set(folder, found.identity)
  }

  return {
    async enter(folder, makeEntry) {
      for (let attempt = 1; ; attempt++) {
        try {
          if (attempt > 1 || !named.has(folder)) await makeFolder(folder)
          return await makeEntry()
        } catch (error) {
          // A remove beside us may have found the folder empty and taken it away, also one that is remembered.
          if (!hasCode(error, ['ENOENT']) || attempt === MAX_ATTEMPTS) throw error
        }
      }
    },
    sync,
    async removeEmpty(folder) {
      for (let each = folder; each !== top; each = dirname(each)) {
        const removed = ignoring(['ENOENT'], rmdir(each)).then(() => true)
        // The system refuses to remove a folder that a put has filled meanwhile.
        if (!(await ignoring(['ENOTEMPTY', 'EEXIST'], removed))) return
        named.delete(each)
      }
    },
  }
}

/** Makes a folder and those above it. Node's `recursive` does as well, but says ENOENT when the disk is full. */
async function makeFolder(folder: string): Promise<void> {
  const make = () => ignoring(['EEXIST'], mkdir(folder))
  try {
    await make()
  } catch (error) {
    if (!hasCode(error, ['ENOENT'])) throw error
    await makeFolder(dirname(folder))
    await make()
  }
}

/** Milliseconds: longer than any two moments that the clock of a file system does not tell apart. */
const TICK = 20

/**
 * What no other folder is that was, or will be, at this path: its number, which may be given again, and its birth.
 * Not unique as long as another could be born at the same moment, nor on a system that tells of no births.
 */
function identify(folder: string): { readonly identity: string; readonly isUnique: boolean } | undefined {
  // It was used a moment ago, so the system has it in memory: a thread would take longer to be asked.
  const found = statSync(folder, { bigint: true, throwIfNoEntry: false })
  if (found === undefined) return undefined
  const { dev, ino, birthtimeNs, birthtimeMs } = found
  const isUnique = birthtimeNs !== 0n && Number(birthtimeMs) < Date.now() - TICK
  return { identity: `${dev} ${ino} ${birthtimeNs}`, isUnique }
}
