import type { Maintainer, Package } from './packument.ts'
import { publishedVersions } from './packument.ts'

/**
 * A packument, or a part of one, that a client sends back without a tarball. Clients change one thing in it and
 * return the rest as they got it, or nothing of the rest.
 */
export interface SentDocument {
  readonly _rev?: string
  readonly versions?: Readonly<Record<string, { readonly deprecated?: unknown }>>
  readonly maintainers?: readonly Maintainer[]
  readonly users?: Readonly<Record<string, unknown>>
}

/** The one command that a sent document means. */
export type DocumentChange =
  | { readonly kind: 'unpublish'; readonly versions: readonly string[] }
  | { readonly kind: 'deprecate'; readonly messages: ReadonlyMap<string, string> }
  | { readonly kind: 'maintainers'; readonly maintainers: readonly Maintainer[] }
  | { readonly kind: 'star'; readonly starred: boolean }
  | { readonly kind: 'unknown-versions'; readonly versions: readonly string[] }
  | { readonly kind: 'nothing' }

/**
 * Finds out what a client meant by a document, by what differs from the package as it is:
 *
 * - versions are missing, and the document went to `/-rev/`: unpublish (npm, pnpm);
 * - a version's `deprecated` differs: deprecate (npm, pnpm);
 * - only then, and in the sender's own name: `users`: star (npm 7 to 11 send only this, pnpm the whole document);
 * - `maintainers` without `versions`: owner add or rm (npm).
 *
 * All else in it is ignored, so no manifest, integrity, tag or time can be altered this way.
 */
export function documentChange(
  sent: SentDocument,
  { head, versions }: Package,
  sender: { readonly name: string | undefined; readonly byRevision: boolean },
): DocumentChange {
  if (sent.versions === undefined && sent.maintainers !== undefined) {
    return {
      kind: 'maintainers',
      maintainers: sent.maintainers.map(({ name, email }) => ({ name, ...(email && { email }) })),
    }
  }
  if (sent.versions !== undefined) {
    const inVersions = versionsChange(sent.versions, versions, sender.byRevision)
    if (inVersions !== undefined) return inVersions
  }
  if (sent.users !== undefined && sender.name !== undefined) {
    const starred = Object.hasOwn(sent.users, sender.name) && sent.users[sender.name] !== false
    if (starred !== head.stars.includes(sender.name)) return { kind: 'star', starred }
  }
  return { kind: 'nothing' }
}

function versionsChange(
  sent: NonNullable<SentDocument['versions']>,
  versions: Package['versions'],
  byRevision: boolean,
): DocumentChange | undefined {
  const rows = publishedVersions(versions)
  const known = new Set(versions.map((row) => row.version))
  const unknown = Object.keys(sent).filter((version) => !known.has(version))
  if (unknown.length > 0) return { kind: 'unknown-versions', versions: unknown }
  const missing = rows.filter((row) => !Object.hasOwn(sent, row.version))
  if (byRevision && missing.length > 0)
    return { kind: 'unpublish', versions: missing.map((row) => row.version) }

  const messages = new Map<string, string>()
  for (const row of rows) {
    if (!Object.hasOwn(sent, row.version)) continue
    const { deprecated } = sent[row.version] ?? {}
    const message = typeof deprecated === 'string' ? deprecated : ''
    if (message !== (row.deprecated ?? '')) messages.set(row.version, message)
  }
  return messages.size > 0 ? { kind: 'deprecate', messages } : undefined
}
