import { RegistryError } from '../errors.ts'
import { boundedDistTags, type DistTags, LATEST, parseDistTag, taggedVersion } from '../model/dist-tag.ts'
import type { PackageName } from '../model/package-name.ts'
import type { Revision } from '../model/revision.ts'
import { parseVersion } from '../model/version.ts'
import type { Principal } from '../ports/authorizer.ts'
import type { Elsewhere } from '../ports/upstream.ts'
import { changePackage } from './change-package.ts'
import type { Context } from './context.ts'
import { permittedHead } from './permission.ts'
import { assertHasVersions } from './read-document.ts'
import { isElsewhere, readableHead } from './readable.ts'
import type { Standing } from './standing.ts'

export interface ListedDistTags {
  readonly kind: 'dist-tags'
  readonly distTags: DistTags
  /** Strong, with its quotes. */
  readonly etag: string
  readonly standing: Standing
}

/** @throws RegistryError `not_found`, and as `assertPermitted` */
export async function listDistTags(
  context: Context,
  caller: Principal | undefined,
  name: PackageName,
): Promise<ListedDistTags | Elsewhere> {
  const found = await readableHead(context, caller, name, { kind: 'dist-tags' })
  if (isElsewhere(found)) return found
  const { head, standing } = found
  assertHasVersions(head)
  const { distTags, revision } = head
  return { kind: 'dist-tags', distTags, etag: `"${revision}-dist-tags"`, standing }
}

/**
 * Points tags at versions that are there; other tags stay.
 *
 * @throws RegistryError `invalid_request`, `not_found` when there is no such version, and as `permittedHead`
 */
export async function setDistTags(
  context: Context,
  caller: Principal | undefined,
  name: PackageName,
  tags: DistTags,
): Promise<Revision> {
  await permittedHead(context, caller, 'tag', name)
  for (const [tag, version] of Object.entries(tags)) {
    parseDistTag(tag)
    parseVersion(version)
  }
  return changePackage(context, name, async (head) => {
    for (const [tag, version] of Object.entries(tags)) {
      const row = await context.metadata.version(name, version)
      if (row?.kind !== 'published') {
        throw new RegistryError(
          'not_found',
          `${name}@${version} does not exist, so ${tag} cannot point at it`,
        )
      }
    }
    return { head: { distTags: boundedDistTags({ ...head.distTags, ...tags }) } }
  })
}

/** @throws RegistryError `invalid_request` for `latest`, `not_found`, and as `permittedHead` */
export async function removeDistTag(
  context: Context,
  caller: Principal | undefined,
  name: PackageName,
  tag: string,
): Promise<Revision> {
  await permittedHead(context, caller, 'tag', name)
  if (tag === LATEST) {
    const hint = 'point it at another version instead: npm dist-tag add'
    throw new RegistryError(
      'invalid_request',
      `the dist-tag latest of ${name} cannot be removed; ${hint} ${name}@<version> latest`,
    )
  }
  return changePackage(context, name, async (head) => {
    if (taggedVersion(head.distTags, tag) === undefined) {
      throw new RegistryError('not_found', `${name} has no dist-tag ${JSON.stringify(tag.slice(0, 80))}`)
    }
    return {
      head: {
        distTags: Object.fromEntries(Object.entries(head.distTags).filter(([other]) => other !== tag)),
      },
    }
  })
}
