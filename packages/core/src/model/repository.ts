/** A source repository whose permissions govern a package. */
export interface GoverningRepository {
  /** Such as `github.com`. */
  readonly host: string
  readonly owner: string
  readonly name: string
  /** The host's own number: it stays through renames and transfers, and a new repository of the old name has another. */
  readonly id: number
}
