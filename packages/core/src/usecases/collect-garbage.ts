import { RegistryError } from '../errors.ts'
import { publicationOf, type TarballKey } from '../model/tarball-key.ts'
import type { MetadataStore } from '../ports/metadata-store.ts'
import type { TarballStore } from '../ports/tarball-store.ts'

export interface GarbageCollection {
  readonly metadata: MetadataStore
  readonly tarballs: TarballStore
  /**
   * Only what was put before this is garbage: a publish that is under way has put its tarball, and has not committed
   * the row that names it. A day ago is safe.
   */
  readonly before: Date
}

/** What was removed. */
export interface CollectedGarbage {
  /** Tarballs that no version names: of publishes that were cut off, or unpublished where the removal was. */
  readonly tarballs: readonly TarballKey[]
  /** Puts that never ended. */
  readonly unfinished: number
}

/**
 * Removes the tarballs that nobody can see. The registry may go on serving and publishing.
 *
 * @throws RegistryError `unavailable` when a store does not answer; `invalid_request` when there is no package at all
 *   and something to remove: the metadata is then another registry's, or is lost, rather than every tarball garbage
 */
export async function collectGarbage({
  metadata,
  tarballs,
  before,
}: GarbageCollection): Promise<CollectedGarbage> {
  const removed: TarballKey[] = []
  for await (const { key, modified } of tarballs.keys()) {
    if (modified >= before || (await isNamed(metadata, key))) continue
    if (removed.length === 0) await assertAnyPackage(metadata)
    await tarballs.remove(key)
    removed.push(key)
  }
  return { tarballs: removed, unfinished: await tarballs.discardUnfinished(before) }
}

async function assertAnyPackage(metadata: MetadataStore): Promise<void> {
  for await (const _ of metadata.names({ limit: 1 })) return
  throw new RegistryError(
    'invalid_request',
    'there are tarballs, and the metadata store has no package at all: is it this registry’s? Nothing was removed',
  )
}

async function isNamed(metadata: MetadataStore, key: TarballKey): Promise<boolean> {
  const made = publicationOf(key)
  // Put by nobody we know: leave it to whoever put it.
  if (made === undefined) return true
  const row = await metadata.version(made.name, made.version)
  return row?.kind === 'published' && row.tarball.key === key
}
