import { RegistryError } from '../errors.ts'
import type { Login } from '../ports/authorizer.ts'
import type { Context } from './context.ts'

/**
 * Checks the name and password of `npm login`. What they are is the authorizer's to say.
 *
 * @throws RegistryError `unauthenticated`, `unavailable`
 */
export async function login({ authorizer }: Context, username: string, password: string): Promise<Login> {
  const accepted = await authorizer.login(username, password)
  if (accepted !== undefined) return accepted
  throw new RegistryError(
    'unauthenticated',
    `the password given for ${JSON.stringify(username.slice(0, 100))} is not accepted, or is somebody else's; a token goes with its holder's name`,
  )
}
