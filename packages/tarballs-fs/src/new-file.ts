import { rm } from 'node:fs/promises'
import type { Descriptor } from './descriptor.ts'

/** A file that was made and written, to be kept or discarded. */
export interface NewFile {
  readonly path: string
  /** Resolves when the disk has what is in the file, wherever that was moved to. */
  keep(): Promise<void>
  /** Never fails: what there is to say is why it is discarded. */
  discard(): Promise<void>
}

/** Writes all bytes to a file that was just made, which the disk need not have yet; nothing stays of it when `bytes` fails. */
export async function fillFile(
  path: string,
  file: Descriptor,
  bytes: AsyncIterable<Uint8Array>,
): Promise<NewFile> {
  const filled = {
    path,
    keep: () => file.sync().finally(file.close),
    discard: () => remove(path, file).catch(() => {}),
  }
  try {
    for await (const chunk of bytes) await file.append(chunk)
    return filled
  } catch (error) {
    await filled.discard()
    throw error
  }
}

async function remove(path: string, file: Descriptor): Promise<void> {
  try {
    file.close()
  } finally {
    await rm(path, { force: true })
  }
}
