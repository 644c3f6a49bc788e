import { RegistryError } from '../errors.ts'
import type { PackageName } from '../model/package-name.ts'
import { hasVersions } from '../model/packument.ts'
import type { Principal } from '../ports/authorizer.ts'
import type { Context } from './context.ts'
import { permittedHead, subjectOf } from './permission.ts'

/** `public` when nobody needs to log in to read the package. */
export type Visibility = 'public' | 'restricted'

/** Person → what they may do. */
export type Collaborators = Readonly<Record<string, Access>>

/** Package → what the caller may do. */
export type PackageAccess = Readonly<Record<PackageName, Access>>

type Access = 'read' | 'write'

/** @throws RegistryError as `permittedHead` */
export async function visibility(
  context: Context,
  caller: Principal | undefined,
  name: PackageName,
): Promise<Visibility> {
  const head = await permittedHead(context, caller, 'read', name)
  const { outcome } = await context.authorizer.decide(undefined, 'read', subjectOf(name, head))
  return outcome === 'granted' ? 'public' : 'restricted'
}

/**
 * Who may do what to a package, as far as it is known here: what the caller may.
 *
 * @throws RegistryError as `permittedHead`
 */
export async function collaborators(
  context: Context,
  caller: Principal | undefined,
  name: PackageName,
): Promise<Collaborators> {
  const head = await permittedHead(context, caller, 'read', name)
  if (caller === undefined) return {}
  const { outcome } = await context.authorizer.decide(caller, 'publish', subjectOf(name, head))
  return { [caller.name]: outcome === 'granted' ? 'write' : 'read' }
}

/**
 * The packages of a scope, or all packages, that the caller may read, with what they may do to each.
 *
 * @param owner a scope's name without its `@`, or the caller's own name for all packages
 * @throws RegistryError `unauthenticated`, and `not_found` for an owner that the caller can see no package of
 */
export async function listPackages(
  context: Context,
  caller: Principal | undefined,
  owner: string,
): Promise<PackageAccess> {
  if (caller === undefined) throw new RegistryError('unauthenticated', 'log in to list packages: npm login')
  const found: Record<PackageName, Access> = {}
  const range = owner === caller.name ? {} : { scope: `@${owner}` }
  for await (const name of context.metadata.names(range)) {
    const head = await context.metadata.head(name)
    if (head === undefined || !hasVersions(head)) continue
    const subject = { ...subjectOf(name, head), listed: true } as const
    const readable = await context.authorizer.decide(caller, 'read', subject)
    if (readable.outcome !== 'granted') continue
    const writable = await context.authorizer.decide(caller, 'publish', subject)
    found[name] = writable.outcome === 'granted' ? 'write' : 'read'
  }
  if (Object.keys(found).length === 0 && owner !== caller.name) {
    throw new RegistryError(
      'not_found',
      `there is no package of ${JSON.stringify(owner.slice(0, 100))} that you may read`,
    )
  }
  return found
}
