import assert from 'node:assert/strict'
import { isRegistryError } from '../../errors.ts'
import type { PackageName } from '../../model/package-name.ts'
import type { Head, VersionRow } from '../../model/packument.ts'
import type { Revision } from '../../model/revision.ts'
import type { MetadataStore, PackageReader } from '../../ports/metadata-store.ts'
import { collect, type StoreTest } from '../conformance.ts'
import { sampleHead, sampleVersion } from '../samples.ts'

/** Defines one test over a fresh metadata store. */
export type MetadataTest = StoreTest<MetadataStore>

/** Creates a package with these versions. */
export function commitVersions(
  store: MetadataStore,
  of: PackageName,
  versions: readonly string[],
  readme?: string,
): Promise<Revision> {
  const put = versions.map((version) => sampleVersion(of, version))
  return store.commit({
    name: of,
    expected: 'absent',
    head: sampleHead(),
    put,
    ...(readme !== undefined && { readme }),
  })
}

/** A package whole, as one reader gives it. */
export interface Content {
  readonly head: Head
  readonly readme: string
  readonly versions: readonly VersionRow[]
}

/** What a store has of a package. */
export async function contentOf(store: MetadataStore, name: PackageName): Promise<Content | undefined> {
  return store.read(name, readContent)
}

export async function readContent({ head, readme, outline, rows }: PackageReader): Promise<Content> {
  const versions = (await collect(outline())).map(({ version }) => version)
  return { head, readme: await readme(), versions: byVersion(await rows(versions)) }
}

/** The commit is refused because the package is at another revision. */
export async function assertConflict(commit: Promise<unknown>): Promise<void> {
  await assert.rejects(commit, (error) => isRegistryError(error, 'revision_conflict'))
}

/** Rows in an order that can be compared. */
export function byVersion(rows: readonly VersionRow[] = []): readonly VersionRow[] {
  return [...rows].sort((a, b) => (a.version < b.version ? -1 : 1))
}
