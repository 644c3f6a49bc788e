import { isRegistryError, RegistryError } from '../errors.ts'
import type { PackageName } from '../model/package-name.ts'
import type { Head, HeadDraft, VersionRow } from '../model/packument.ts'
import type { Revision } from '../model/revision.ts'
import type { Context } from './context.ts'
import { notFound } from './hosting.ts'

/** What a use-case wants changed; `modified` and what it does not name stay or follow by themselves. */
export interface Change {
  readonly head?: Partial<HeadDraft>
  readonly put?: readonly VersionRow[]
  readonly readme?: string
}

/**
 * How often a change is made anew because another came first. Each time somebody else's change went through, so
 * this many others would have to be faster.
 */
const MAX_ATTEMPTS = 100

/**
 * Changes a package that is there: reads it, asks `decide` what is to change, and commits that, all over again when
 * the package changed in between. `decide` answers `undefined` when there is nothing to do.
 *
 * @returns the package's revision afterwards
 * @throws RegistryError `not_found`, `revision_conflict` when others keep coming first, and what `decide` throws
 */
export async function changePackage(
  context: Context,
  name: PackageName,
  decide: (head: Head) => Promise<Change | undefined>,
): Promise<Revision> {
  return attempt(context, name, async (head) => {
    if (head === undefined) throw notFound(name)
    const change = await decide(head)
    return change === undefined ? head.revision : commitOver(context, head, change)
  })
}

/** Runs `once` with the package's present head until its commit meets no conflict. */
export async function attempt<Result>(
  { metadata }: Context,
  name: PackageName,
  once: (head: Head | undefined) => Promise<Result>,
): Promise<Result> {
  for (let attempts = 1; ; attempts++) {
    const head = await metadata.head(name)
    try {
      return await once(head)
    } catch (error) {
      if (!isRegistryError(error, 'revision_conflict') || attempts === MAX_ATTEMPTS) throw error
    }
    // A conflict of the client's own making, a `_rev` of yesterday, does not go away by trying again.
    if ((await metadata.head(name))?.revision === head?.revision) throw staleRevision(name)
  }
}

/** Commits a change that was made from `head`. */
function commitOver({ metadata, clock }: Context, head: Head, change: Change): Promise<Revision> {
  const { name, revision, ...draft } = head
  return metadata.commit({
    name,
    expected: revision,
    head: { ...draft, ...change.head, modified: clock().toISOString() },
    ...(change.put && { put: change.put }),
    ...(change.readme !== undefined && { readme: change.readme }),
  })
}

/**
 * Refuses a change that a client made from a document of another revision; one that names none is not refused.
 *
 * @throws RegistryError `revision_conflict`
 */
export function assertRevision(head: Head, seen: string | undefined): void {
  if (seen !== undefined && seen !== head.revision) throw staleRevision(head.name)
}

function staleRevision(name: PackageName): RegistryError {
  return new RegistryError(
    'revision_conflict',
    `${name} was changed by somebody else meanwhile; run the command again`,
  )
}
