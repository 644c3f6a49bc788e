import { RegistryError } from '../errors.ts'
import { LATEST, taggedVersion, withoutVersions } from '../model/dist-tag.ts'
import type { PackageName } from '../model/package-name.ts'
import { hasVersions, type PublishedOutline, publishedVersions, type Tombstone } from '../model/packument.ts'
import type { Revision } from '../model/revision.ts'
import { versionOfTarballFile } from '../model/tarball-file.ts'
import { highestVersion } from '../model/version.ts'
import type { Principal } from '../ports/authorizer.ts'
import { assertRevision, type Change, changePackage } from './change-package.ts'
import type { Context } from './context.ts'
import { packageOutline } from './package-outline.ts'
import { permittedHead } from './permission.ts'
import { removeTarballs } from './remove-tarballs.ts'

/** Which versions to unpublish, and from what state of the package the caller decided so. */
export interface Unpublish {
  readonly versions: 'all' | readonly string[]
  /** The revision the caller saw; absent: whichever. */
  readonly revision?: string | undefined
}

/**
 * Unpublishes versions. A tombstone stays of each; tags that pointed at them go, `latest` moves to the highest
 * version that is left; then their tarballs are removed.
 *
 * @throws RegistryError `not_found`, `revision_conflict`, and as `permittedHead`
 */
export async function unpublish(
  context: Context,
  caller: Principal | undefined,
  name: PackageName,
  { versions, revision }: Unpublish,
): Promise<Revision> {
  const whole = versions === 'all' || (await leavesNothing(context, name, versions))
  await permittedHead(context, caller, whole ? 'unpublish_package' : 'unpublish_version', name)

  let removed: readonly PublishedOutline[] = []
  const after = await changePackage(context, name, async (head) => {
    assertRevision(head, revision)
    if (!hasVersions(head)) throw new RegistryError('not_found', `${name} has no versions left to unpublish`)
    const present = await presentVersions(context, name)
    removed = versions === 'all' ? present : present.filter((row) => versions.includes(row.version))
    const missing =
      versions === 'all' ? [] : versions.filter((version) => !removed.some((row) => row.version === version))
    if (missing.length > 0)
      throw new RegistryError('not_found', `version not found: ${name}@${missing.join(', ')}`)
    const left = present.filter((row) => !removed.includes(row))
    if (left.length === 0 && !whole)
      throw new RegistryError('revision_conflict', `${name} changed meanwhile; try again`)
    const change: Change = {
      head: { distTags: tagsAfter(head.distTags, removed, left) },
      put: removed.map((row) => tombstone(row, context.clock())),
    }
    const readmeGoes = removed.some((row) => row.version === taggedVersion(head.distTags, LATEST))
    return readmeGoes ? { ...change, readme: '' } : change
  })
  await removeTarballs(
    context,
    removed.map((row) => row.tarball.key),
  )
  return after
}

/**
 * The last request of npm's unpublish, which removes the tarball after the version is gone from the document. The
 * tarball went with the version, so this only says whether that is so.
 *
 * @throws RegistryError `version_exists` while the version is still published, `not_found`, and as `permittedHead`
 */
export async function assertTarballGone(
  context: Context,
  caller: Principal | undefined,
  { name, file }: { readonly name: PackageName; readonly file: string },
): Promise<void> {
  await permittedHead(context, caller, 'unpublish_version', name)
  const version = versionOfTarballFile(name, file)
  const row = version === undefined ? undefined : await context.metadata.version(name, version)
  if (row === undefined)
    throw new RegistryError('not_found', `${name} has no tarball called ${file.slice(0, 300)}`)
  if (row.kind === 'published') {
    const hint = `unpublish the version first: npm unpublish ${name}@${row.version}`
    throw new RegistryError(
      'version_exists',
      `${name}@${row.version} is published; its tarball stays with it. ${hint}`,
    )
  }
}

async function leavesNothing(
  context: Context,
  name: PackageName,
  versions: readonly string[],
): Promise<boolean> {
  const present = await presentVersions(context, name)
  return present.every((row) => versions.includes(row.version))
}

async function presentVersions(
  { metadata }: Context,
  name: PackageName,
): Promise<readonly PublishedOutline[]> {
  return publishedVersions((await packageOutline(metadata, name))?.versions ?? [])
}

function tagsAfter(
  tags: Readonly<Record<string, string>>,
  removed: readonly PublishedOutline[],
  left: readonly PublishedOutline[],
): Readonly<Record<string, string>> {
  return withoutVersions(
    tags,
    new Set(removed.map((row) => row.version)),
    highestVersion(left.map((row) => row.version)),
  )
}

function tombstone({ version, published }: PublishedOutline, now: Date): Tombstone {
  return { kind: 'tombstone', version, published, unpublished: now.toISOString() }
}
