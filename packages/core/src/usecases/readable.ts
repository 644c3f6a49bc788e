import { RegistryError } from '../errors.ts'
import type { PackageName } from '../model/package-name.ts'
import type { Head, PublishedVersion } from '../model/packument.ts'
import type { Principal } from '../ports/authorizer.ts'
import type { Elsewhere, UpstreamResource } from '../ports/upstream.ts'
import type { Context } from './context.ts'
import { notFound } from './hosting.ts'
import { assertPermitted, subjectOf } from './permission.ts'
import type { Standing } from './standing.ts'

/** The head of a package of ours that the caller may read. */
export interface ReadableHead {
  readonly head: Head
  /** Of any answer that follows from the head and what it names. */
  readonly standing: Standing
}

/** A head that the caller may read, or the place where packages that are not ours are. */
export async function readableHead(
  context: Context,
  caller: Principal | undefined,
  name: PackageName,
  resource: UpstreamResource,
): Promise<ReadableHead | Elsewhere> {
  const change = context.changes.watch(name)
  const head = await context.metadata.head(name)
  if (head === undefined && !(await context.hosting.isOurs(name))) {
    const elsewhere = await context.upstream?.locate(name, resource)
    if (elsewhere !== undefined) return elsewhere
  }
  const { until = 0 } = await assertPermitted(context, caller, 'read', subjectOf(name, head))
  if (head === undefined) throw notFound(name)
  const { exclusive } = context.metadata
  return { head, standing: { holds: (now) => exclusive && !change.happened && now < until } }
}

/** Whether an answer is at another address. */
export function isElsewhere(found: ReadableHead | Elsewhere): found is Elsewhere {
  return 'url' in found
}

/**
 * A version that can be installed.
 *
 * @throws RegistryError `not_found`, `gone`
 */
export async function publishedRow(
  { metadata }: Context,
  name: PackageName,
  version: string,
): Promise<PublishedVersion> {
  const row = await metadata.version(name, version)
  if (row === undefined)
    throw new RegistryError('not_found', `version not found: ${name}@${version.slice(0, 300)}`)
  if (row.kind === 'tombstone') {
    throw new RegistryError('gone', `${name}@${version} was unpublished at ${row.unpublished}`)
  }
  return row
}
