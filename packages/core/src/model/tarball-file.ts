import semver from 'semver'
import { baseNameOf, type PackageName } from './package-name.ts'

/** The last segment of a tarball's URL: `name-1.2.3.tgz`, without the scope. */
export function tarballFile(name: PackageName, version: string): string {
  return `${baseNameOf(name)}-${version}.tgz`
}

/** The version that such a segment names; `undefined` when it is not a tarball of this package. */
export function versionOfTarballFile(name: PackageName, file: string): string | undefined {
  const prefix = `${baseNameOf(name)}-`
  if (!file.startsWith(prefix) || !file.endsWith('.tgz')) return undefined
  const version = file.slice(prefix.length, -'.tgz'.length)
  return semver.valid(version) === version ? version : undefined
}

/**
 * Whether `key` is how a client calls this version's tarball in `_attachments`: `@scope/name-1.2.3.tgz` by nearly
 * all, `scope-name-1.2.3.tgz` by bun 1.1, and without the scope as in the URL.
 */
export function isAttachmentOf(name: PackageName, version: string, key: string): boolean {
  const end = `-${version}.tgz`
  return [name, name.replace('@', '').replace('/', '-'), baseNameOf(name)].some(
    (start) => key === start + end,
  )
}
