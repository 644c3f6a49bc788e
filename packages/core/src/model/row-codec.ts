import type { PackageName } from './package-name.ts'
import type { Head, HeadDraft, PublishedVersion, VersionRow } from './packument.ts'
import type { Revision } from './revision.ts'

/*
 * Heads and rows as text, for stores that keep text. A published row is three lines, as JSON text holds no line
 * break: the manifests stay as they are, and reading 500 rows parses 500 short lines instead of 500 manifests.
 */

export function encodeHead(revision: Revision, head: HeadDraft): string {
  return JSON.stringify({ revision, ...head })
}

export function decodeHead(name: PackageName, text: string): Head {
  return { name, ...JSON.parse(text) }
}

export function encodeVersionRow(row: VersionRow): string {
  if (row.kind === 'tombstone') return JSON.stringify(row)
  const { manifest, abbreviated, ...rest } = row
  return `${JSON.stringify(rest)}\n${abbreviated}\n${manifest}`
}

export function decodeVersionRow(text: string): VersionRow {
  const first = text.indexOf('\n')
  if (first < 0) return JSON.parse(text)
  const second = text.indexOf('\n', first + 1)
  const rest: Omit<PublishedVersion, 'manifest' | 'abbreviated'> = JSON.parse(text.slice(0, first))
  return { ...rest, abbreviated: text.slice(first + 1, second), manifest: text.slice(second + 1) }
}
