import type { Brand } from './brand.ts'
import type { PackageName } from './package-name.ts'

/**
 * Where a tarball is kept: `@scope/name/1.2.3-<digest>-<attempt>.tgz`. Readable by a person; never the same for two
 * publications, so that two publishers racing for one version cannot touch each other's bytes.
 */
export type TarballKey = Brand<'TarballKey'>

/**
 * @param integrity the SRI string measured over the bytes
 * @param attempt an id that no other publication has
 */
export function tarballKey(
  name: PackageName,
  version: string,
  integrity: string,
  attempt: string,
): TarballKey {
  return `${name}/${version}-${digestIn(integrity)}-${attempt}.tgz` as TarballKey
}

/** The version that a key was made for; `undefined` for a key of no publication. */
export function publicationOf(
  key: TarballKey,
): { readonly name: PackageName; readonly version: string } | undefined {
  const [, name, version] = /^(.+)\/([^/]+)-[0-9a-f]{12}-[^-]+\.tgz$/.exec(key) ?? []
  return name === undefined || version === undefined ? undefined : { name: name as PackageName, version }
}

/** Whether a key was made for bytes of this integrity, as far as the piece of the digest in it tells. */
export function isKeyOf(key: TarballKey, integrity: string): boolean {
  return /-([0-9a-f]{12})-[^-]+\.tgz$/.exec(key)?.[1] === digestIn(integrity)
}

function digestIn(integrity: string): string {
  return Buffer.from(integrity.slice(integrity.indexOf('-') + 1), 'base64').toString('hex', 0, 6)
}

/**
 * Reads a key back from a store's listing; `undefined` for what no key looks like. A store that maps keys to paths
 * checks every key with this first: no segment is empty or starts with a dot, and there are two or three of them.
 */
export function parseTarballKey(text: string): TarballKey | undefined {
  return /^(?:@[\w~!'()*-][\w~!'()*.-]*\/)?[\w~!'()*-][\w~!'()*.-]*\/\d[\w.+-]*\.tgz$/.test(text)
    ? (text as TarballKey)
    : undefined
}
