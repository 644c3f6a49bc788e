/** The rules that an operator may choose. */
export interface Settings {
  /** Scopes that are ours before anything of them is published, such as `@acme`. */
  readonly hostedScopes: readonly string[]
  /** Whether nothing may be published for the first time outside of them. */
  readonly onlyHostedScopes: boolean
  /** Whether names without a scope may be published. */
  readonly allowUnscoped: boolean
  /** Whether a version that is there may be published over. */
  readonly allowPreviousVersion: boolean
  /** Bytes of rendered documents that are kept in memory. */
  readonly viewCacheSize: number
  /** Bytes that the files of one tarball may have together. */
  readonly maxUnpackedSize: number
}

export const defaultSettings: Settings = {
  hostedScopes: [],
  onlyHostedScopes: false,
  allowUnscoped: false,
  allowPreviousVersion: false,
  viewCacheSize: 64 * 1024 * 1024,
  maxUnpackedSize: 8 * 1024 * 1024 * 1024,
}
