import type { IncomingHttpHeaders } from 'node:http'

/** What a client may already have. */
export interface Validators {
  /** With its quotes. */
  readonly etag: string
  /** Absent: only the ETag tells. */
  readonly modified?: Date | undefined
}

/**
 * Whether the client's copy is the present one, so that a 304 suffices. If-None-Match decides where it is sent
 * (pnpm 11 and 12 send both).
 */
export function isFresh(headers: IncomingHttpHeaders, { etag, modified }: Validators): boolean {
  const noneMatch = headers['if-none-match']
  if (noneMatch !== undefined)
    return noneMatch === etag || noneMatch === '*' || noneMatch.split(',').some((tag) => strong(tag) === etag)
  const since = headers['if-modified-since']
  return modified !== undefined && since !== undefined && nextSecond(modified) <= Date.parse(since)
}

/**
 * The Last-Modified header, which counts seconds: the first one that began after the change, so that another change
 * of the same second is never taken for this one. `undefined` until it has begun.
 */
export function lastModified(modified: Date, now: Date): string | undefined {
  const second = nextSecond(modified)
  return second <= now.getTime() ? new Date(second).toUTCString() : undefined
}

/** If-None-Match compares weakly, so a proxy that compressed an answer and weakened its tag is no obstacle. */
function strong(tag: string): string {
  return tag.trim().replace(/^W\//, '')
}

function nextSecond(date: Date): number {
  return (Math.floor(date.getTime() / 1000) + 1) * 1000
}
