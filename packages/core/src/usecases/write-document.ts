import { RegistryError } from '../errors.ts'
import { documentChange, type SentDocument } from '../model/document-change.ts'
import type { PackageName } from '../model/package-name.ts'
import type { Revision } from '../model/revision.ts'
import type { Principal } from '../ports/authorizer.ts'
import { assertRevision } from './change-package.ts'
import type { Context } from './context.ts'
import { deprecate } from './deprecate.ts'
import { notFound } from './hosting.ts'
import { setMaintainers } from './maintainers.ts'
import { packageOutline } from './package-outline.ts'
import { permittedHead } from './permission.ts'
import { setStar } from './star.ts'
import { unpublish } from './unpublish.ts'

export interface WriteDocument {
  readonly document: SentDocument
  /** The revision in the request's path, where it has one; the document's own counts otherwise. */
  readonly revision?: string | undefined
}

/**
 * Carries out the command that a client means by sending a packument back, see `documentChange`.
 *
 * @throws RegistryError `invalid_request` for a version that was never published, `revision_conflict` when the
 *   package changed since the client read it, and what the command's own use-case throws
 */
export async function writeDocument(
  context: Context,
  caller: Principal | undefined,
  name: PackageName,
  { document, revision }: WriteDocument,
): Promise<Revision> {
  const seen = revision ?? document._rev
  await permittedHead(context, caller, 'read', name)
  const present = await packageOutline(context.metadata, name)
  if (present === undefined) throw notFound(name)
  const change = documentChange(document, present, { name: caller?.name, byRevision: revision !== undefined })
  // A star is nobody else's business, so it does not matter what else has changed.
  if (change.kind !== 'star') assertRevision(present.head, seen)
  switch (change.kind) {
    case 'unpublish':
      return unpublish(context, caller, name, { versions: change.versions, revision: seen })
    case 'deprecate':
      return deprecate(context, caller, name, { messages: change.messages, revision: seen })
    case 'maintainers':
      return setMaintainers(context, caller, name, { maintainers: change.maintainers, revision: seen })
    case 'star':
      return setStar(context, caller, name, change.starred)
    case 'unknown-versions': {
      const versions = change.versions.slice(0, 5).join(', ').slice(0, 200)
      throw new RegistryError(
        'invalid_request',
        `the document holds versions of ${name} that have no tarball: ${versions}`,
      )
    }
    case 'nothing':
      return present.head.revision
  }
}
