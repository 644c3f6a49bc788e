const SCOPED = /^(\/(?:-\/package\/)?)(?:@|%40)([^/?]+?)(?:\/|%2f)([^/?]+)/i

/**
 * Gives every spelling of a scoped package's address the one form the routes know, `/@scope%2fname`: clients write
 * the slash as `%2f` (npm, yarn, bun), `%2F` (pnpm) or `/` (all, for tarballs), and npm 2.15 to 8 the `@` as `%40`.
 *
 * @param prefix the path of the registry's public URL, without a slash at its end; a proxy may pass it on or not
 */
export function canonicalUrl(url: string, prefix: string): string {
  const inside =
    prefix !== '' && url.startsWith(prefix) && /^[/?]|^$/.test(url.slice(prefix.length, prefix.length + 1))
  const path = inside ? url.slice(prefix.length) : url
  const rooted = path.startsWith('/') ? path : `/${path}`
  return rooted.replace(SCOPED, '$1@$2%2f$3')
}
