import { createHash } from 'node:crypto'
import type { HeadDraft, VersionRow } from './packument.ts'
import type { Revision } from './revision.ts'
import { encodeVersionRow } from './row-codec.ts'

/**
 * The revision that follows `previous` through a change, as CouchDB numbers them: a counter and a digest of what
 * led here, so that a database restored from a backup does not give a revision out a second time for other content.
 */
export function nextRevision(
  previous: Revision | undefined,
  change: { readonly head: HeadDraft; readonly put?: readonly VersionRow[] | undefined },
): Revision {
  const count = previous === undefined ? 0 : Number.parseInt(previous, 10)
  const digest = createHash('sha256').update(JSON.stringify([previous, change.head]))
  for (const row of change.put ?? []) digest.update(`\n\n${encodeVersionRow(row)}`)
  return `${count + 1}-${digest.digest('hex').slice(0, 16)}` as Revision
}
