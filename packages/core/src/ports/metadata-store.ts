import type { PackageName } from '../model/package-name.ts'
import type { Head, HeadDraft, VersionOutline, VersionRow } from '../model/packument.ts'
import type { Revision } from '../model/revision.ts'

/**
 * Keeps heads and version rows. Every method is atomic and sees all that was committed before it was called;
 * what a commit has acknowledged survives the process and the machine.
 */
export interface MetadataStore {
  /** Whether nobody but this process can commit as long as the store is open. */
  readonly exclusive: boolean
  /** Every request starts here: make it cheap. */
  head(name: PackageName): Promise<Head | undefined>
  version(name: PackageName, version: string): Promise<VersionRow | undefined>
  /**
   * Lets `work` read a package: all that it reads is of one and the same revision, whatever is committed meanwhile.
   *
   * @returns what `work` returns; `undefined` when there is no such package, and `work` is not called then
   */
  read<Result>(
    name: PackageName,
    work: (reader: PackageReader) => Promise<Result>,
  ): Promise<Result | undefined>
  /**
   * Applies a change as a whole, or nothing of it.
   *
   * @returns the package's new revision
   * @throws RegistryError `revision_conflict` when the package is not at `expected` any more
   */
  commit(change: MetadataChange): Promise<Revision>
  /** Names of all packages that have a head, ascending by code unit; also those whose versions are all unpublished. */
  names(range?: NameRange): AsyncIterable<PackageName>
  /** Waits for what is under way and releases the store; nothing may be called afterwards. */
  close(): Promise<void>
}

/**
 * A package at one revision, for as long as `read` lasts. It may have very many rows, so they come some at a time, and
 * others have their turn in between.
 */
export interface PackageReader {
  readonly head: Head
  /** '' when the package has none. */
  readme(): Promise<string>
  /** All versions, in any order, without their manifests. */
  outline(): AsyncIterable<VersionOutline>
  /** The rows of these versions, in this order; those that there are not are left out. */
  rows(versions: readonly string[]): Promise<readonly VersionRow[]>
}

export interface MetadataChange {
  readonly name: PackageName
  /** The revision that the change was made from; `absent` creates the package. */
  readonly expected: Revision | 'absent'
  readonly head: HeadDraft
  /** Rows to add, or to put in the place of a row of the same version. The others stay. */
  readonly put?: readonly VersionRow[]
  /** A new readme for the package; '' removes it. Absent: it stays. */
  readonly readme?: string
}

export interface NameRange {
  /** Only packages of this scope, such as `@acme`. */
  readonly scope?: string
  /** Only names behind this one. */
  readonly after?: PackageName
  /** At most so many. */
  readonly limit?: number
}
