import type { IncomingHttpHeaders } from 'node:http'

/** What a client may already have. */
export interface Validators {
  /** With its quotes. */
  readonly etag: string
  readonly modified: Date
}

/**
 * Whether the client's copy is the present one, so that a 304 suffices. If-None-Match decides where it is sent
 * (pnpm 11 and 12 send both).
 */
export function isFresh(headers: IncomingHttpHeaders, { etag, modified }: Validators): boolean {
  const noneMatch = headers['if-none-match']
  if (noneMatch !== undefined)
    return noneMatch === '*' || noneMatch.split(',').some((tag) => strong(tag) === etag)
  const since = Date.parse(headers['if-modified-since'] ?? '')
  return !Number.isNaN(since) && wholeSeconds(modified) <= since
}

/**
 * The Last-Modified header, which counts seconds. `undefined` while the second is not over: a change that is still
 * to come in it could not be told from this one.
 */
export function lastModified(modified: Date, now: Date): string | undefined {
  return now.getTime() - modified.getTime() >= 1000 ? modified.toUTCString() : undefined
}

/** If-None-Match compares weakly, so a proxy that compressed an answer and weakened its tag is no obstacle. */
function strong(tag: string): string {
  return tag.trim().replace(/^W\//, '')
}

function wholeSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000) * 1000
}
