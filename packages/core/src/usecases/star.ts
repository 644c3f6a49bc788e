import { RegistryError } from '../errors.ts'
import type { PackageName } from '../model/package-name.ts'
import type { Revision } from '../model/revision.ts'
import type { Principal } from '../ports/authorizer.ts'
import { changePackage } from './change-package.ts'
import type { Context } from './context.ts'
import { permittedHead } from './permission.ts'

/**
 * Stars a package in the caller's own name, or takes the star back.
 *
 * @throws RegistryError `unauthenticated` for nobody, and as `permittedHead`
 */
export async function setStar(
  context: Context,
  caller: Principal | undefined,
  name: PackageName,
  starred: boolean,
): Promise<Revision> {
  await permittedHead(context, caller, 'star', name)
  if (caller === undefined) throw new RegistryError('unauthenticated', `log in to star ${name}`)
  return changePackage(context, name, async ({ stars }) => {
    if (stars.includes(caller.name) === starred) return undefined
    return {
      head: { stars: starred ? [...stars, caller.name] : stars.filter((user) => user !== caller.name) },
    }
  })
}
