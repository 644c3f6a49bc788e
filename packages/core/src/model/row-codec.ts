import type { PackageName } from './package-name.ts'
import type { Head, HeadDraft, VersionOutline, VersionRow } from './packument.ts'
import type { Revision } from './revision.ts'

/*
 * Heads and rows as text, for stores that keep text. A published row is three lines, as JSON text holds no line
 * break: the manifests stay as they are, and reading 500 rows parses 500 short lines instead of 500 manifests.
 * The first line is the row's outline.
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
  const outline = decodeVersionOutline(text)
  if (outline.kind === 'tombstone') return outline
  const first = text.indexOf('\n')
  const second = text.indexOf('\n', first + 1)
  return { ...outline, abbreviated: text.slice(first + 1, second), manifest: text.slice(second + 1) }
}

export function decodeVersionOutline(text: string): VersionOutline {
  const end = text.indexOf('\n')
  return JSON.parse(end < 0 ? text : text.slice(0, end))
}
