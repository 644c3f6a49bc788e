import { rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import {
  createUnderWay,
  type OpenTarball,
  parseTarballKey,
  type TarballKey,
  type TarballStore,
  verifiedBytes,
} from '@nmr/core'
import { createDurableFolders } from './durable-folders.ts'
import { ignoring } from './ignoring.ts'
import { listFiles } from './list-files.ts'
import { openPart } from './open-part.ts'
import { openScratch, type ScratchFile } from './scratch.ts'

export interface FolderTarballOptions {
  /** The folder to keep tarballs in; made, with its parents, where it is missing. */
  readonly root: string
  /** Says how old a file is that an interrupted put left behind. */
  readonly clock?: () => Date
}

/** Milliseconds after which nobody can be writing a file any more. */
const ABANDONED_AFTER = 24 * 60 * 60 * 1000

/**
 * Opens a tarball store in a local folder: one file a tarball, at the path its key says, put there whole.
 * Holds a few chunks of a tarball in memory, whatever its size. Several processes may share a folder.
 */
export async function openFolderTarballStore(options: FolderTarballOptions): Promise<TarballStore> {
  const { clock = () => new Date() } = options
  const root = resolve(options.root)
  const scratch = await openScratch(root)
  await scratch.discard(new Date(clock().getTime() - ABANDONED_AFTER))
  const folders = createDurableFolders(root)
  const underWay = createUnderWay()

  /** Gives a file its name; one that is not fresh when the disk has it. Nothing stays of a file that has not got there. */
  async function moveIn(file: ScratchFile, path: string, fresh: boolean): Promise<void> {
    try {
      if (!fresh) await file.keep()
      await folders.moveIn(file.path, path)
    } catch (error) {
      await file.discard()
      throw error
    }
    // The name may be on the disk before the bytes: who finds a fresh key after a power cut knows what it is worth.
    const synced = Promise.all([fresh && file.keep(), folders.sync(dirname(path))])
    await synced.catch(async (error) => {
      // Others may have put the same, or read it already, of a key that is not fresh.
      if (fresh) await rm(path, { force: true }).catch(() => {})
      throw error
    })
  }

  return {
    put: (key, body, expected, { fresh = false } = {}) =>
      underWay.track(async () => {
        const path = pathOf(root, key)
        const folder = dirname(path)
        const made = folders.make(folder)
        try {
          const file = await scratch.write(verifiedBytes(body, expected))
          await made
          await moveIn(file, path, fresh)
        } catch (error) {
          await made
          // What went wrong is what there is to say, whether that succeeds or not.
          await folders.removeEmpty(folder).catch(() => {})
          throw error
        }
      }),
    open: async (key, { range, file, allocate } = {}) =>
      file ? findFile(root, key) : openPart(pathOf(root, key), range, allocate),
    remove: (key) =>
      underWay.track(async () => {
        const path = pathOf(root, key)
        await rm(path, { force: true })
        await folders.removeEmpty(dirname(path))
      }),
    async *keys() {
      for await (const { path, modified } of listFiles(root)) {
        const key = parseTarballKey(path)
        if (key !== undefined) yield { key, modified }
      }
    },
    discardUnfinished: (before) => scratch.discard(before),
    close: () => underWay.allDone(),
  }
}

/** ENOTDIR: a file stands where a folder would be, so the key is not there. */
async function findFile(root: string, key: TarballKey): Promise<OpenTarball | undefined> {
  const found = await ignoring(['ENOENT', 'ENOTDIR'], stat(pathOf(root, key)))
  return found?.isFile() ? { kind: 'file', path: key, size: found.size } : undefined
}

/** Where a key is kept; a key that is none, whatever its type says, is never made a path of. */
function pathOf(root: string, key: TarballKey): string {
  const checked = parseTarballKey(key)
  if (checked === undefined)
    throw new TypeError(`${JSON.stringify(String(key).slice(0, 300))} is not a tarball's key`)
  return join(root, ...checked.split('/'))
}
