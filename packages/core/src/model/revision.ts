import { createHash } from 'node:crypto'
import type { Brand } from './brand.ts'
import type { HeadDraft, VersionRow } from './packument.ts'

/**
 * A package's state, as one token: two states of a package never share one. Clients see it as `_rev` and send it
 * back in paths, so it holds only what a path needs no escaping for. Opaque but to the store that makes it.
 */
export type Revision = Brand<'Revision'>

/**
 * The revision that follows `previous` through a change, as CouchDB numbers them: a counter and a digest of what
 * led here, so that a database restored from a backup does not give a revision out a second time for other content.
 */
export function nextRevision(
  previous: Revision | undefined,
  change: { readonly head: HeadDraft; readonly put?: readonly VersionRow[] | undefined },
): Revision {
  const count = previous === undefined ? 0 : Number.parseInt(previous, 10)
  const digest = createHash('sha256')
    .update(previous ?? '')
    .update(JSON.stringify([change.head, change.put ?? []]))
  return `${count + 1}-${digest.digest('hex').slice(0, 16)}` as Revision
}
