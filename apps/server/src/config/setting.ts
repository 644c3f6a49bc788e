/** A value that somebody gave to a key, before it is checked. */
export interface Setting {
  /** The key's dotted name, one of the schema's. */
  readonly key: string
  readonly value: unknown
  /** Who said so: a file's path, a variable's name or an argument's. */
  readonly source: string
}
