/** What GitHub's and npm's tokens look like. */
const TOKEN = /(?:gh[opsur]_|github_pat_|npm_)[A-Za-z0-9_]+/g

/**
 * A request's path as it may stand in a log: without the query, which can hold anything, and without the token that
 * npm's logout carries in the path.
 */
export function logPath(url: string): string {
  const path = url.split('?', 1)[0] ?? ''
  return path
    .replace(/(\/-\/user\/token\/).+/, '$1…')
    .replace(TOKEN, '…')
    .slice(0, 500)
}
