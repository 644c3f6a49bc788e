import { RegistryError } from '../errors.ts'
import type { PackageName } from './package-name.ts'
import type { Maintainer } from './packument.ts'

/** One version's package.json with what the client added to it, as it came in. */
export type SentManifest = Readonly<Record<string, unknown>>

/** The two texts that are kept of a manifest, see `PublishedVersion`. */
export interface StoredManifest {
  readonly manifest: string
  readonly abbreviated: string
}

/**
 * What clients put into a version beside its package.json and what the registry says itself, or says elsewhere:
 * digests of the bytes, the tarball's address, who published, and the readme.
 */
const NOT_KEPT = new Set([
  '_id',
  '_rev',
  '_attachments',
  '_from',
  '_integrity',
  '_npmUser',
  '_resolved',
  '_shasum',
  'deprecated',
  'dist',
  'hasInstallScript',
  'integrity',
  'maintainers',
  'readme',
  'shasum',
])

/** What installers read of a version: the public registry's abbreviated fields and the ones that pnpm adds. */
const ABBREVIATED = new Set([
  'name',
  'version',
  'dependencies',
  'optionalDependencies',
  'devDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'acceptDependencies',
  'bundleDependencies',
  'bundledDependencies',
  'bin',
  'directories',
  'engines',
  'os',
  'cpu',
  'libc',
  'funding',
  '_hasShrinkwrap',
  'hasInstallScript',
  '_npmUser',
])

/**
 * Characters of a manifest that is kept, as many as a package.json may have bytes. Packuments are made of dozens of them
 * at a time.
 */
const MAX_LENGTH = 4 * 1024 * 1024

/**
 * Makes the texts that are kept of a manifest. `name` and `version` must have been checked against the
 * manifest before.
 *
 * @throws RegistryError `too_large`
 */
export function storeManifest(
  sent: SentManifest,
  name: PackageName,
  version: string,
  publisher: Maintainer | undefined,
): StoredManifest {
  const kept = Object.entries(sent).filter(([key]) => !NOT_KEPT.has(key))
  const fields = Object.entries({
    ...Object.fromEntries(kept),
    name,
    version,
    _id: `${name}@${version}`,
    ...(publisher && { _npmUser: publisher }),
    ...(hasInstallScript(sent) && { hasInstallScript: true }),
  })
  const manifest = JSON.stringify(Object.fromEntries(fields))
  if (manifest.length > MAX_LENGTH) {
    const why = `is larger than ${MAX_LENGTH} characters without its readme`
    throw new RegistryError(
      'too_large',
      `the manifest of ${name}@${version} ${why}; leave out what installers do not read`,
    )
  }
  const abbreviated = JSON.stringify(Object.fromEntries(fields.filter(([key]) => ABBREVIATED.has(key))))
  return { manifest, abbreviated }
}

/**
 * Reads the manifest of a version out of a publish document.
 *
 * @throws RegistryError `invalid_request` when it is not one, or is another package's or version's
 */
export function parseSentManifest(sent: unknown, name: PackageName, version: string): SentManifest {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    throw new RegistryError('invalid_request', `the document holds no manifest of ${name}@${version}`)
  }
  const manifest = sent as SentManifest
  if (manifest.name !== name || manifest.version !== version) {
    const other = `${String(manifest.name).slice(0, 100)}@${String(manifest.version).slice(0, 100)}`
    throw new RegistryError('invalid_request', `the manifest of ${name}@${version} calls itself ${other}`)
  }
  return manifest
}

function hasInstallScript({ scripts }: SentManifest): boolean {
  if (typeof scripts !== 'object' || scripts === null) return false
  return ['preinstall', 'install', 'postinstall'].some((script) => Object.hasOwn(scripts, script))
}
