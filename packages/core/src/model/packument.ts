import type { DistTags } from './dist-tag.ts'
import type { Measured } from './integrity.ts'
import type { PackageName } from './package-name.ts'
import type { GoverningRepository } from './repository.ts'
import type { Revision } from './revision.ts'
import type { TarballKey } from './tarball-key.ts'

/** A moment as `Date#toISOString` writes it: UTC, milliseconds. */
export type Timestamp = string

/** A person as npm documents list them. */
export interface Maintainer {
  readonly name: string
  readonly email?: string
}

/** What of a package is small, changes, and is needed by every request. */
export interface Head {
  readonly name: PackageName
  readonly revision: Revision
  readonly created: Timestamp
  readonly modified: Timestamp
  /** Empty when every version was unpublished; holds `latest` otherwise. */
  readonly distTags: DistTags
  readonly maintainers: readonly Maintainer[]
  /** Names of the people who starred the package, in the order they did. */
  readonly stars: readonly string[]
  /** The repository whose permissions decide, where the authorizer knows of repositories. */
  readonly repository?: GoverningRepository
}

/** A head as a use-case hands it to the store, which adds the name and the next revision. */
export type HeadDraft = Omit<Head, 'name' | 'revision'>

/** One version, from its publication on. */
export type VersionRow = PublishedVersion | Tombstone

export interface PublishedVersion {
  readonly kind: 'published'
  readonly version: string
  /**
   * The manifest as it is served, a JSON object's text, but for `dist` and `deprecated`: views join these texts
   * and never parse them.
   */
  readonly manifest: string
  /** The manifest of the abbreviated packument, likewise. */
  readonly abbreviated: string
  readonly published: Timestamp
  /** The publisher's name, where the authorizer gave one. */
  readonly publishedBy?: string
  /** The text that installers show; absent when the version is not deprecated. */
  readonly deprecated?: string
  readonly tarball: TarballReference
}

/** Where a version's bytes are, what they must be, and what is in them. */
export interface TarballReference extends Measured {
  readonly key: TarballKey
  /** Files in the archive. */
  readonly fileCount: number
  /** Bytes of these files, together. */
  readonly unpackedSize: number
}

/** What stays of an unpublished version, so that its number is never used again. */
export interface Tombstone {
  readonly kind: 'tombstone'
  readonly version: string
  readonly published: Timestamp
  readonly unpublished: Timestamp
}

/** A row without its manifests, which are nearly all of it: what can be had of all versions at a time. */
export type VersionOutline = PublishedOutline | Tombstone

export type PublishedOutline = Omit<PublishedVersion, 'manifest' | 'abbreviated'>

/** A package without its manifests, at one revision. */
export interface Package {
  readonly head: Head
  /** In any order. */
  readonly versions: readonly VersionOutline[]
}

/** The versions that can be installed. */
export function publishedVersions<Version extends VersionOutline>(
  versions: readonly Version[],
): readonly Extract<Version, { kind: 'published' }>[] {
  return versions.filter((row) => row.kind === 'published') as Extract<Version, { kind: 'published' }>[]
}

/** Whether a package has a version that can be installed; `latest` exists exactly as long as one does. */
export function hasVersions(head: Head): boolean {
  return Object.keys(head.distTags).length > 0
}
