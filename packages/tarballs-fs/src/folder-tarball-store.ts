import { rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import {
  createUnderWay,
  type OpenTarball,
  parseTarballKey,
  type TarballKey,
  type TarballStore,
  verifiedBytes,
} from '@nmr/core'
import { createFile } from './descriptor.ts'
import { createDurableFolders } from './durable-folders.ts'
import { ignoring } from './ignoring.ts'
import { listFiles } from './list-files.ts'
import { fillFile } from './new-file.ts'
import { openPart } from './open-part.ts'
import { openScratch } from './scratch.ts'

export interface FolderTarballOptions {
  /** The folder to keep tarballs in; made, with its parents, where it is missing. */
  readonly root: string
  /** Says how old a file is that an interrupted put left behind. */
  readonly clock?: () => Date
}

/** Milliseconds after which nobody can be writing a file any more. */
const ABANDONED_AFTER = 24 * 60 * 60 * 1000

/** Bytes that are written in a moment: what a crash leaves of them is as rare as it is small. */
const SMALL = 1024 * 1024

/**
 * Opens a tarball store in a local folder: one file a tarball, at the path its key says, and whole once it was put.
 * Holds a few chunks of a tarball in memory, whatever its size. Several processes may share a folder.
 */
export async function openFolderTarballStore(options: FolderTarballOptions): Promise<TarballStore> {
  const { clock = () => new Date() } = options
  const root = resolve(options.root)
  const scratch = await openScratch(root)
  await scratch.discard(new Date(clock().getTime() - ABANDONED_AFTER))
  const folders = createDurableFolders(root)
  const underWay = createUnderWay()

  /** What nobody can name yet is written where it stays, and the disk may have its name before its bytes. */
  async function writeInPlace(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const folder = dirname(path)
    const made = await folders.enter(folder, () => createFile(path))
    const file = await fillFile(path, made, bytes)
    const kept = file.keep()
    try {
      await Promise.all([kept, folders.sync(folder)])
    } catch (error) {
      await kept.catch(() => {})
      await file.discard()
      throw error
    }
  }

  /** What is at the path is whole at any time, and whatever is there already stays as it is until then. */
  async function moveInPlace(path: string, bytes: AsyncIterable<Uint8Array>, fresh: boolean): Promise<void> {
    const folder = dirname(path)
    const file = await scratch.write(bytes)
    try {
      await file.keep()
      await folders.enter(folder, () => rename(file.path, path))
    } catch (error) {
      await file.discard()
      throw error
    }
    await folders.sync(folder).catch(async (error) => {
      // Others may have put the same, or read it already, of a key that is not fresh.
      if (fresh) await rm(path, { force: true }).catch(() => {})
      throw error
    })
  }

  return {
    put: (key, body, expected, { fresh = false } = {}) =>
      underWay.track(async () => {
        const path = pathOf(root, key)
        const write = fresh && expected.size <= SMALL ? writeInPlace : moveInPlace
        try {
          await write(path, verifiedBytes(body, expected), fresh)
        } catch (error) {
          // What went wrong is what there is to say, whether that succeeds or not.
          await folders.removeEmpty(dirname(path)).catch(() => {})
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
