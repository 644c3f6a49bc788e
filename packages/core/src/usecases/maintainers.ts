import type { PackageName } from '../model/package-name.ts'
import type { Maintainer } from '../model/packument.ts'
import type { Revision } from '../model/revision.ts'
import type { Principal } from '../ports/authorizer.ts'
import { assertRevision, changePackage } from './change-package.ts'
import type { Context } from './context.ts'
import { permittedHead } from './permission.ts'

/**
 * Changes who is listed as a package's maintainers. The list is shown to people; what they may do is the
 * authorizer's to say.
 *
 * @throws RegistryError `revision_conflict`, and as `permittedHead`
 */
export async function setMaintainers(
  context: Context,
  caller: Principal | undefined,
  name: PackageName,
  {
    maintainers,
    revision,
  }: { readonly maintainers: readonly Maintainer[]; readonly revision?: string | undefined },
): Promise<Revision> {
  await permittedHead(context, caller, 'maintain', name)
  return changePackage(context, name, async (head) => {
    assertRevision(head, revision)
    return { head: { maintainers } }
  })
}
