import { RegistryError } from '../errors.ts'
import {
  type AuditDocument,
  type AuditKind,
  eachAuditedName,
  isEmptyAudit,
  noAdvisories,
  publicAudit,
  usableAnswer,
} from '../model/audit.ts'
import { type PackageName, scopeOf } from '../model/package-name.ts'
import { inSlices } from '../search/slices.ts'
import type { Context } from './context.ts'

/** More than any project has, and few enough to look up. */
const MAX_NAMES = 20_000

/**
 * Known vulnerabilities of the packages that are not ours, as the upstream knows them; it learns of no name that is
 * ours. Without an upstream, or with nothing to ask it: none.
 *
 * @throws RegistryError `unavailable` when the upstream gives no answer that clients can use; `invalid_request`,
 * `too_large` for an audit that nobody can have
 */
export async function audit(context: Context, kind: AuditKind, body: unknown): Promise<AuditDocument> {
  const { upstream } = context
  if (upstream === undefined) return noAdvisories(kind)
  const others = await othersOrigins(context, auditedNames(kind, body))
  const question = publicAudit(kind, body, (name) => others.has(originOf(name)))
  if (isEmptyAudit(kind, question)) return noAdvisories(kind)
  const answer = usableAnswer(kind, question, await upstream.audit(kind, question))
  if (answer === undefined)
    throw new RegistryError('unavailable', 'the upstream answered an audit with something else')
  return answer
}

/** @throws RegistryError `too_large` */
function auditedNames(kind: AuditKind, body: unknown): ReadonlySet<PackageName> {
  const names = new Set<PackageName>()
  eachAuditedName(kind, body, (name) => {
    names.add(name)
    if (names.size > MAX_NAMES)
      throw new RegistryError('too_large', `the audit names more than ${MAX_NAMES} packages`)
  })
  return names
}

/** What is ours or is not as a whole: a scope, whatever follows it, or a package without one. */
function originOf(name: PackageName): string {
  return scopeOf(name) ?? name
}

/** Those of the names' origins that are not ours; each is looked up once. What was not looked up stays. */
async function othersOrigins(
  { hosting }: Context,
  names: ReadonlySet<PackageName>,
): Promise<ReadonlySet<string>> {
  const others = new Set<string>()
  await inSlices(new Map([...names].map((name) => [originOf(name), name])), async ([origin, name]) => {
    if (!(await hosting.isOurs(name))) others.add(origin)
  })
  return others
}
