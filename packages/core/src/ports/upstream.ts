import type { PackageName } from '../model/package-name.ts'

/** Where packages that are not ours come from. */
export interface Upstream {
  /** Where to read `resource` of a package that is not hosted here; `undefined`: nowhere. */
  locate(name: PackageName, resource: UpstreamResource): Promise<Elsewhere | undefined>
}

export type UpstreamResource =
  | { readonly kind: 'packument' }
  | { readonly kind: 'version'; readonly versionOrTag: string }
  | { readonly kind: 'tarball'; readonly file: string }
  | { readonly kind: 'dist-tags' }

/** An answer that is to be had at another address. */
export interface Elsewhere {
  readonly kind: 'elsewhere'
  /** Absolute. */
  readonly url: string
}
