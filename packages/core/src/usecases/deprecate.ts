import { RegistryError } from '../errors.ts'
import { assertDeprecation } from '../model/deprecation.ts'
import type { PackageName } from '../model/package-name.ts'
import type { PublishedVersion } from '../model/packument.ts'
import type { Revision } from '../model/revision.ts'
import type { Principal } from '../ports/authorizer.ts'
import { assertRevision, changePackage } from './change-package.ts'
import type { Context } from './context.ts'
import { permittedHead } from './permission.ts'

export interface Deprecation {
  /** Version → the text that installers show; '' takes the deprecation back. */
  readonly messages: ReadonlyMap<string, string>
  /** The revision the caller saw; absent: whichever. */
  readonly revision?: string | undefined
}

/**
 * @throws RegistryError `not_found` for a version that is not there, `too_large` for a text that is, `revision_conflict`,
 * and as `permittedHead`
 */
export async function deprecate(
  context: Context,
  caller: Principal | undefined,
  name: PackageName,
  { messages, revision }: Deprecation,
): Promise<Revision> {
  await permittedHead(context, caller, 'deprecate', name)
  return changePackage(context, name, async (head) => {
    assertRevision(head, revision)
    const changed: PublishedVersion[] = []
    for (const [version, message] of messages) {
      const row = await context.metadata.version(name, version)
      if (row?.kind !== 'published')
        throw new RegistryError('not_found', `version not found: ${name}@${version}`)
      const { deprecated = '', ...rest } = row
      if (deprecated === message) continue
      assertDeprecation(name, version, message)
      changed.push(message === '' ? rest : { ...rest, deprecated: message })
    }
    return changed.length === 0 ? undefined : { put: changed }
  })
}
