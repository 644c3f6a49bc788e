import type { AuditDocument, AuditKind } from '../model/audit.ts'
import type { PackageName } from '../model/package-name.ts'

/** Where packages that are not ours come from. */
export interface Upstream {
  /** Where to read `resource` of a package that is not hosted here; `undefined`: nowhere. */
  locate(name: PackageName, resource: UpstreamResource): Promise<Elsewhere | undefined>
  /**
   * Asks for known vulnerabilities. `audit` is what clients send, with no name of ours in it; nothing else of their
   * requests is passed on. Takes bounded time and memory, whatever the other side does.
   *
   * @returns the answer's JSON, unchecked
   * @throws RegistryError `unavailable`
   */
  audit(kind: AuditKind, audit: AuditDocument): Promise<unknown>
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
