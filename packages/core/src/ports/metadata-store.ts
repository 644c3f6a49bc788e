import type { PackageName } from '../model/package-name.ts'
import type { Head, HeadDraft, Package, VersionRow } from '../model/packument.ts'
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
  /** Head and rows of one and the same revision, the rows in any order. */
  load(name: PackageName): Promise<Package | undefined>
  /** The text of the package's readme; `undefined` when none was stored. */
  readme(name: PackageName): Promise<string | undefined>
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
