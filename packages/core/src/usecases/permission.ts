import { RegistryError } from '../errors.ts'
import type { PackageName } from '../model/package-name.ts'
import type { Head } from '../model/packument.ts'
import type { Action, Decision, Explanation, Principal, Subject } from '../ports/authorizer.ts'
import type { Context } from './context.ts'
import { notFound } from './hosting.ts'

/** Whether the caller may do `action` to a package, as far as the name tells, and why. */
export async function permission(
  context: Context,
  caller: Principal | undefined,
  action: Action,
  name: PackageName,
): Promise<Decision> {
  return context.authorizer.decide(caller, action, subjectOf(name, await context.metadata.head(name)))
}

/** Why the caller may, or may not, do `action` to a package: as far as they may know. */
export async function explain(
  context: Context,
  caller: Principal | undefined,
  action: Action,
  name: PackageName,
): Promise<Explanation> {
  return context.authorizer.explain(caller, action, subjectOf(name, await context.metadata.head(name)))
}

/**
 * Lets the caller pass or throws.
 *
 * @throws RegistryError `unauthenticated`, `forbidden`, `not_found` (when the caller may not know of the package)
 */
export async function assertPermitted(
  context: Context,
  caller: Principal | undefined,
  action: Action,
  subject: Subject,
): Promise<Extract<Decision, { outcome: 'granted' }>> {
  const decision = await context.authorizer.decide(caller, action, subject)
  switch (decision.outcome) {
    case 'granted':
      return decision
    case 'hidden':
      throw notFound(subject.name)
    case 'denied': {
      const isNobody = caller === undefined || decision.unauthenticated === true
      throw new RegistryError(isNobody ? 'unauthenticated' : 'forbidden', decision.reason)
    }
  }
}

/**
 * The head of a package that the caller may do `action` to.
 *
 * @throws RegistryError as `assertPermitted`; `not_found` when there is no such package
 */
export async function permittedHead(
  context: Context,
  caller: Principal | undefined,
  action: Action,
  name: PackageName,
): Promise<Head> {
  const head = await context.metadata.head(name)
  // Somebody who may not read has to get the same answer whether the package is there or not.
  await assertPermitted(context, caller, head === undefined ? 'read' : action, subjectOf(name, head))
  if (head === undefined) throw notFound(name)
  return head
}

/**
 * Whether the caller may read a package that is there: what everything else begins with, so it can be asked before the
 * body of a change is read.
 *
 * @throws RegistryError as `permittedHead`
 */
export async function assertMayRead(
  context: Context,
  caller: Principal | undefined,
  name: PackageName,
): Promise<void> {
  await permittedHead(context, caller, 'read', name)
}

export function subjectOf(name: PackageName, head: Pick<Head, 'repository'> | undefined): Subject {
  return { name, ...(head?.repository && { repository: head.repository }) }
}
