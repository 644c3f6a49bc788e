import { openSync } from 'node:fs'
import { descriptor } from './descriptor.ts'

/** Resolves when the disk has the entries of a folder; fails with `ENOENT` when it is gone. */
export async function syncFolder(path: string): Promise<void> {
  // Whoever asks has just made an entry in it: it is in memory, and opening it takes no longer than asking a thread.
  const folder = descriptor(openSync(path, 'r'))
  try {
    await folder.sync()
  } finally {
    folder.close()
  }
}
