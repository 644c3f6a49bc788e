import { isRegistryError } from '../errors.ts'
import type { TarballKey } from '../model/tarball-key.ts'
import type { MetadataStore } from '../ports/metadata-store.ts'
import type { TarballStore } from '../ports/tarball-store.ts'
import { isWhole, readTarball, type WantedTarball, wantedByKeys, wantedByRows } from './wanted-tarballs.ts'

export interface TarballMigration {
  /** Neither store may answer with redirects. */
  readonly from: TarballStore
  readonly to: TarballStore
  /**
   * Says which tarballs there are, and what each must be. Without it, as long as another process has it open, every
   * key of the source is copied, and must have the bytes whose digest is in its name.
   */
  readonly metadata?: MetadataStore | undefined
  /**
   * Whether tarballs that are at the target already are read and measured, and replaced when they are not what they
   * should be; by default they are left alone, since a store keeps a tarball whole or not at all.
   */
  readonly verify?: boolean | undefined
  /** Tarballs that are copied at a time; default 4. */
  readonly concurrency?: number | undefined
  /** Told before the first tarball and after each. */
  readonly onProgress?: ((progress: MigrationProgress) => void) | undefined
}

/** How far a migration has come. */
export interface MigrationProgress {
  /** Tarballs that are done with, of `total`. */
  readonly done: number
  readonly total: number
  /** Tarballs that were copied, and their bytes together. */
  readonly copied: number
  readonly copiedBytes: number
  /** Tarballs that were at the target already. */
  readonly present: number
  /** What the source should have and does not have, or has with other bytes: for a person, one line each. */
  readonly problems: readonly string[]
}

/**
 * Copies the tarballs that are missing at the target, which verifies each before it keeps it. The registry may go on
 * serving from the source. The migration can be stopped at any time and called again: it goes on where it was, and
 * copies what was published meanwhile.
 *
 * @returns how it ended
 * @throws RegistryError `unavailable` when a store does not answer
 */
export async function migrateTarballs(migration: TarballMigration): Promise<MigrationProgress> {
  const { from, to, metadata, concurrency = 4, onProgress = () => {} } = migration
  const wanted = await (metadata === undefined ? wantedByKeys(from) : wantedByRows(metadata))
  const there = new Set<TarballKey>()
  for await (const { key } of to.keys()) there.add(key)
  const problems: string[] = []
  const progress = { done: 0, total: wanted.length, copied: 0, copiedBytes: 0, present: 0, problems }
  onProgress(progress)

  let next = 0
  async function work(): Promise<void> {
    for (let tarball = wanted[next++]; tarball !== undefined; tarball = wanted[next++]) {
      const outcome = await migrate(migration, tarball, there.has(tarball.key))
      if (outcome === 'present') progress.present += 1
      if (typeof outcome === 'number') {
        progress.copied += 1
        progress.copiedBytes += outcome
      }
      if (typeof outcome === 'object') problems.push(`${tarball.key}: ${outcome.problem}`)
      progress.done += 1
      onProgress(progress)
    }
  }
  async function workUntilOneFails(): Promise<void> {
    await work().finally(() => {
      next = wanted.length
    })
  }
  const workers = await Promise.allSettled(Array.from({ length: concurrency }, workUntilOneFails))
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason
  return progress
}

/** How it went with one tarball: the bytes that were copied, or why none were. */
async function migrate(
  { from, to, verify = false }: TarballMigration,
  wanted: WantedTarball,
  isThere: boolean,
): Promise<number | 'present' | 'gone' | { readonly problem: string }> {
  const { key } = wanted
  if (isThere && !verify) return 'present'
  try {
    const measured = await wanted.measure(from)
    if (isThere && measured !== undefined) {
      if (await isWhole(to, key, measured)) return 'present'
      await to.remove(key)
    }
    const body = await readTarball(from, key)
    if (body === undefined || measured === undefined) {
      return (await wanted.isStillWanted()) ? { problem: 'it is not there' } : 'gone'
    }
    await to.put(key, body, measured)
    return measured.size
  } catch (error) {
    if (isRegistryError(error, 'invalid_tarball')) return { problem: error.message }
    throw error
  }
}
