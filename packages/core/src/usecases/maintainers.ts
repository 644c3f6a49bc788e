import { RegistryError } from '../errors.ts'
import { parseMaintainers } from '../model/maintainers.ts'
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
 * @throws RegistryError `invalid_request` for a list that cannot be one, `revision_conflict`, and as `permittedHead`
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
    return { head: { maintainers: parseMaintainers(name, maintainers) } }
  })
}

/**
 * Lists one more person among a package's maintainers; who is listed already stays as they are.
 *
 * @throws RegistryError as `permittedHead`
 */
export async function addMaintainer(
  context: Context,
  caller: Principal | undefined,
  name: PackageName,
  user: string,
): Promise<Revision> {
  await permittedHead(context, caller, 'maintain', name)
  return changePackage(context, name, async ({ maintainers }) => {
    if (isAmong(maintainers, user)) return undefined
    return { head: { maintainers: parseMaintainers(name, [...maintainers, { name: user }]) } }
  })
}

/**
 * Takes one person from the list of a package's maintainers.
 *
 * @throws RegistryError `invalid_request` for somebody who is not on it, or who is the only one, and as `permittedHead`
 */
export async function removeMaintainer(
  context: Context,
  caller: Principal | undefined,
  name: PackageName,
  user: string,
): Promise<Revision> {
  await permittedHead(context, caller, 'maintain', name)
  return changePackage(context, name, async ({ maintainers }) => {
    if (!isAmong(maintainers, user)) {
      const quoted = JSON.stringify(user.slice(0, 100))
      throw new RegistryError('invalid_request', `${quoted} is not an owner of ${name}: npm owner ls ${name}`)
    }
    const left = maintainers.filter((maintainer) => maintainer.name !== user)
    return { head: { maintainers: parseMaintainers(name, left) } }
  })
}

function isAmong(maintainers: readonly Maintainer[], user: string): boolean {
  return maintainers.some(({ name }) => name === user)
}
