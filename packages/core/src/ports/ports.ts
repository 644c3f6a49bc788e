import type { Authorizer } from './authorizer.ts'
import type { MetadataStore } from './metadata-store.ts'
import type { TarballStore } from './tarball-store.ts'
import type { Upstream } from './upstream.ts'

/** All that a registry stands on. */
export interface Ports {
  readonly metadata: MetadataStore
  readonly tarballs: TarballStore
  readonly authorizer: Authorizer
  /** Absent: packages that are not hosted here do not exist. */
  readonly upstream?: Upstream
  readonly clock: () => Date
  /** Makes an id of 6 to 32 letters and digits that was never made before. */
  readonly makeId: () => string
}
