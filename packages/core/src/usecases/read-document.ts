import { RegistryError } from '../errors.ts'
import { taggedVersion } from '../model/dist-tag.ts'
import type { PackageName } from '../model/package-name.ts'
import { type Head, hasVersions, type Timestamp } from '../model/packument.ts'
import type { Principal } from '../ports/authorizer.ts'
import type { Elsewhere } from '../ports/upstream.ts'
import type { ContentEncoding, View, ViewRequest } from '../views/views.ts'
import type { Context } from './context.ts'
import { isElsewhere, publishedRow, type ReadableHead, readableHead } from './readable.ts'
import type { Standing } from './standing.ts'

/** A document that the caller may read, and that need not be made when the ETag suffices. */
export interface Readable {
  readonly kind: 'document'
  /** Of the document in each encoding. */
  readonly etags: Readonly<Record<ContentEncoding, string>>
  readonly modified: Timestamp
  readonly standing: Standing
  load(): Promise<View>
}

export type PackumentRequest = Omit<ViewRequest, 'document'> & {
  readonly name: PackageName
  readonly document: 'packument' | 'abbreviated'
}

/** @throws RegistryError `not_found`, also when all versions were unpublished, and as `assertPermitted` */
export async function readPackument(
  context: Context,
  caller: Principal | undefined,
  { name, ...request }: PackumentRequest,
): Promise<Readable | Elsewhere> {
  const found = await readableHead(context, caller, name, { kind: 'packument' })
  if (isElsewhere(found)) return found
  assertHasVersions(found.head)
  return readable(context, found, request)
}

export type VersionRequest = Omit<ViewRequest, 'document'> & {
  readonly name: PackageName
  readonly versionOrTag: string
}

/** @throws RegistryError `not_found`, `gone` for an unpublished version, and as `assertPermitted` */
export async function readVersion(
  context: Context,
  caller: Principal | undefined,
  { name, versionOrTag, ...request }: VersionRequest,
): Promise<Readable | Elsewhere> {
  const found = await readableHead(context, caller, name, { kind: 'version', versionOrTag })
  if (isElsewhere(found)) return found
  const version = taggedVersion(found.head.distTags, versionOrTag) ?? versionOrTag
  await publishedRow(context, name, version)
  return readable(context, found, { ...request, document: { version } })
}

function readable({ views }: Context, { head, standing }: ReadableHead, request: ViewRequest): Readable {
  return {
    kind: 'document',
    etags: {
      identity: views.etag(head, { ...request, encoding: 'identity' }),
      gzip: views.etag(head, { ...request, encoding: 'gzip' }),
    },
    modified: head.modified,
    standing,
    load: () => views.get(head, request),
  }
}

/** @throws RegistryError `not_found` */
export function assertHasVersions(head: Head): void {
  if (hasVersions(head)) return
  throw new RegistryError(
    'not_found',
    `all versions of ${head.name} were unpublished by ${head.modified}; their numbers cannot be used again`,
  )
}
