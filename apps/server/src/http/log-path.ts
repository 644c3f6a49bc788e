/** What GitHub's and npm's tokens look like. */
const TOKEN = /(?:gh[opsur]_|github_pat_|npm_)[A-Za-z0-9_]+/g

/** Letters, digits and `-_` that were written as `%2d`: the router takes them for what they are. */
const NEEDLESSLY_ENCODED = /%(?:2d|3\d|[46][1-9a-f]|[57][\da]|5f)/gi

/**
 * A request's path as it may stand in a log: without the query, which can hold anything, and without the token that
 * npm's logout carries in the path.
 */
export function logPath(url: string): string {
  const path = url.split('?', 1)[0] ?? ''
  return path
    .replace(NEEDLESSLY_ENCODED, decodeURIComponent)
    .replace(/(\/-\/user\/token\/).+/, '$1…')
    .replace(TOKEN, '…')
    .slice(0, 500)
}
