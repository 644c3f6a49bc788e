import { isRegistryError, RegistryError } from '../errors.ts'
import { assertDeprecation } from '../model/deprecation.ts'
import { boundedDistTags, type DistTags, LATEST, taggedVersion } from '../model/dist-tag.ts'
import { storeManifest } from '../model/manifest.ts'
import { assertPublishable, type PackageName, scopeOf } from '../model/package-name.ts'
import type { Head, Maintainer, PublishedVersion } from '../model/packument.ts'
import { type Publication, parsePublication, type Submission, versionOf } from '../model/publication.ts'
import type { Revision } from '../model/revision.ts'
import { type TarballKey, tarballKey } from '../model/tarball-key.ts'
import type { Principal } from '../ports/authorizer.ts'
import type { Settings } from '../settings.ts'
import { attempt } from './change-package.ts'
import type { Context } from './context.ts'
import { assertPermitted, subjectOf } from './permission.ts'
import { removeTarballs } from './remove-tarballs.ts'
import { storeTarball } from './store-tarball.ts'

export interface Published {
  readonly version: string
  readonly revision: Revision
}

/**
 * Whether the caller may publish under a name, as far as it can be told before there is a document: asked before
 * the body of a publish is read.
 *
 * @throws RegistryError `invalid_name`, `forbidden`, and as `assertPermitted`
 */
export async function assertMayPublish(
  context: Context,
  caller: Principal | undefined,
  name: PackageName,
): Promise<void> {
  assertPublishable(name)
  const head = await context.metadata.head(name)
  await assertPermitted(context, caller, 'publish', subjectOf(name, head))
  assertHosted(context.settings, name, head)
}

/** What the operator lets be published here; whoever has no permission to publish does not get to know. */
function assertHosted(
  { allowUnscoped, hostedScopes, onlyHostedScopes }: Settings,
  name: PackageName,
  head: Head | undefined,
): void {
  const scope = scopeOf(name)
  if (scope === undefined && !allowUnscoped) {
    const why = 'has no scope, and this registry takes no unscoped packages'
    const hint = 'publish it under a scope, or let the operator set settings.allow_unscoped'
    throw new RegistryError('forbidden', `${name} ${why}; ${hint}`)
  }
  const isNew = head === undefined && scope !== undefined
  if (isNew && onlyHostedScopes && !hostedScopes.includes(scope)) {
    const why = `cannot be published: ${scope} is not one of the scopes that this registry hosts`
    throw new RegistryError('forbidden', `${name} ${why}; let the operator add it to scopes.hosted`)
  }
}

/**
 * Publishes one version: stores its tarball, checks all that is said of it, and then commits the row that makes it
 * visible. Whatever fails before that leaves the registry as it was.
 *
 * @throws RegistryError `version_exists`, `invalid_request`, `invalid_tarball`, `too_large`, and as `assertMayPublish`
 */
export async function publish(
  context: Context,
  caller: Principal | undefined,
  submission: Submission,
): Promise<Published> {
  const { name, tarball } = submission
  const { maxUnpackedSize } = context.settings
  await assertMayPublish(context, caller, name)
  const version = await versionOf(submission, maxUnpackedSize)
  await assertVersionFree(context, name, version)

  const key = tarballKey(name, version, tarball.integrity, context.makeId())
  const prepare = async () => {
    const publication = await parsePublication(submission, version, maxUnpackedSize)
    return { ...publication, row: newRow(publication, caller, key) }
  }
  const { revision, replaced } = await storeTarball(context.tarballs, key, tarball, prepare)
    .then((prepared) => attempt(context, name, (head) => commitVersion(context, caller, head, prepared)))
    .catch(async (error) => {
      // A refusal leaves nothing that names the key. After a fault the commit may have gone through: let it be.
      if (isRefusal(error)) await removeTarballs(context, [key])
      throw error
    })
  if (replaced !== undefined) await removeTarballs(context, [replaced.tarball.key])
  return { version, revision }
}

/** What can be done before it is this publish's turn. */
interface Prepared extends Publication {
  readonly row: Omit<PublishedVersion, 'published'>
}

async function commitVersion(
  context: Context,
  caller: Principal | undefined,
  head: Head | undefined,
  prepared: Prepared,
): Promise<{ readonly revision: Revision; readonly replaced: PublishedVersion | undefined }> {
  const { name, manifest, version, readme, row } = prepared
  const replaced = await assertVersionFree(context, name, version)
  const subject = { ...subjectOf(name, head), claimed: manifest.repository }
  const { repository = head?.repository } = await assertPermitted(context, caller, 'publish', subject)
  const now = context.clock().toISOString()
  const distTags = tagsWith(head?.distTags ?? {}, prepared)
  const revision = await context.metadata.commit({
    name,
    expected: head?.revision ?? 'absent',
    head: {
      created: head?.created ?? now,
      modified: now,
      distTags,
      maintainers: head?.maintainers ?? (caller === undefined ? [] : [personOf(caller)]),
      stars: head?.stars ?? [],
      ...(repository && { repository }),
    },
    put: [{ ...row, published: replaced?.published ?? now }],
    ...(taggedVersion(distTags, LATEST) === version && { readme }),
  })
  return { revision, replaced }
}

/**
 * @returns the row that may be published over, where the settings allow that
 * @throws RegistryError `version_exists`
 */
async function assertVersionFree(
  { metadata, settings }: Context,
  name: PackageName,
  version: string,
): Promise<PublishedVersion | undefined> {
  const row = await metadata.version(name, version)
  if (row === undefined) return undefined
  if (row.kind === 'tombstone') {
    const why = `${name}@${version} was unpublished at ${row.unpublished}, and its number cannot be used again`
    throw new RegistryError('version_exists', `${why}; publish under a higher version`)
  }
  if (settings.allowPreviousVersion) return row
  const hint = 'publish under a higher version: npm version patch'
  throw new RegistryError(
    'version_exists',
    `${name}@${version} is already published and cannot be published over; ${hint}`,
  )
}

function newRow(
  { name, version, manifest, tarball, contents }: Publication,
  caller: Principal | undefined,
  key: TarballKey,
): Prepared['row'] {
  const { size, integrity, shasum } = tarball
  const { fileCount, unpackedSize } = contents
  const deprecated = typeof manifest.deprecated === 'string' ? manifest.deprecated : ''
  assertDeprecation(name, version, deprecated)
  return {
    kind: 'published',
    version,
    ...storeManifest(manifest, name, version, caller && personOf(caller)),
    ...(caller && { publishedBy: caller.name }),
    ...(deprecated !== '' && { deprecated }),
    tarball: { key, size, integrity, shasum, fileCount, unpackedSize },
  }
}

/** A publish moves the tags it names for its own version, and makes the package's first version `latest`. */
function tagsWith(tags: DistTags, { version, tags: named }: Publication): DistTags {
  const moved = Object.fromEntries(named.map((tag) => [tag, version]))
  return boundedDistTags({ [LATEST]: version, ...tags, ...moved })
}

/** npm prints `undefined` for an email that is not there. */
function personOf({ name, email = '' }: Principal): Maintainer {
  return { name, email }
}

/** Errors that were thrown before anything was committed, and not because the store did not answer. */
function isRefusal(error: unknown): boolean {
  return isRegistryError(error) && error.code !== 'unavailable'
}
