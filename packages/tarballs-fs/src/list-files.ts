import { opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ignoring } from './ignoring.ts'

export interface ListedFile {
  /** From the folder that was listed, with `/` on every system. */
  readonly path: string
  readonly modified: Date
}

/** All files under a folder; links are not followed. */
export async function* listFiles(root: string, within = ''): AsyncGenerator<ListedFile> {
  const folder = await ignoring(['ENOENT'], opendir(join(root, within)))
  if (folder === undefined) return
  for await (const entry of folder) {
    const path = within === '' ? entry.name : `${within}/${entry.name}`
    if (entry.isDirectory()) yield* listFiles(root, path)
    if (!entry.isFile()) continue
    const found = await ignoring(['ENOENT'], stat(join(root, path)))
    if (found) yield { path, modified: found.mtime }
  }
}
