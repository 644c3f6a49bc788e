import semver from 'semver'
import { RegistryError } from '../errors.ts'
import { type PackageName, parsePackageName } from './package-name.ts'

/**
 * How a client asks for known vulnerabilities: `bulk` with names and versions (npm 7 and newer, berry 4, pnpm 11 and
 * newer, bun), `quick` and `full` with a tree like a lockfile's (npm 5 and 6, berry 3, pnpm up to 10).
 */
export type AuditKind = 'bulk' | 'quick' | 'full'

/** A JSON object. */
export type AuditDocument = Readonly<Record<string, unknown>>

/**
 * The part of an audit that may leave the house: packages by the names that `isPublic` lets pass, with their
 * versions, and nothing else: not the project's own name, no address a dependency comes from, no alias. What a
 * package that stays needs moves up to the package that needs that one, so that it is audited all the same.
 *
 * @throws RegistryError `invalid_request` for a tree that is nested too deeply
 */
export function publicAudit(
  kind: AuditKind,
  body: unknown,
  isPublic: (name: PackageName) => boolean,
): AuditDocument {
  const passes = (text: string) => {
    const name = packageName(text)
    return name !== undefined && isPublic(name)
  }
  if (kind === 'bulk') return publicVersions(body, passes)
  const { requires, dependencies } = Object(body)
  return { requires: publicRanges(requires, passes), dependencies: publicTree(dependencies, passes, {}, 1) }
}

/** Whether an audit holds no package at all. */
export function isEmptyAudit(kind: AuditKind, audit: AuditDocument): boolean {
  return members(kind === 'bulk' ? audit : audit.dependencies).length === 0
}

/** The answer of a registry that knows of no vulnerabilities. */
export function noAdvisories(kind: AuditKind): AuditDocument {
  if (kind === 'bulk') return {}
  const vulnerabilities = { info: 0, low: 0, moderate: 0, high: 0, critical: 0 }
  const counts = { dependencies: 0, devDependencies: 0, optionalDependencies: 0, totalDependencies: 0 }
  return { actions: [], advisories: {}, muted: [], metadata: { vulnerabilities, ...counts } }
}

/** What of an upstream's answer clients can use; `undefined` when that is nothing, because it is no such answer. */
export function usableAnswer(
  kind: AuditKind,
  audit: AuditDocument,
  answer: unknown,
): AuditDocument | undefined {
  if (!isObject(answer)) return undefined
  if (kind === 'bulk')
    return Object.fromEntries(
      members(answer).filter(([name, advisories]) => Object.hasOwn(audit, name) && isList(advisories)),
    )
  const { actions, advisories, metadata } = answer
  const complete =
    isList(actions) && isObject(advisories) && isObject(metadata) && isObject(metadata.vulnerabilities)
  return complete ? { muted: [], ...answer } : undefined
}

type Passes = (name: string) => boolean

function publicVersions(body: unknown, passes: Passes): AuditDocument {
  return Object.fromEntries(
    members(body)
      .filter(([name]) => passes(name))
      .map(([name, versions]) => [name, isList(versions) ? versions.filter(isVersion) : []] as const)
      .filter(([, versions]) => versions.length > 0),
  )
}

/** What is no range (an alias, an address, a file) may name anything, and becomes `*`. */
function publicRanges(requires: unknown, passes: Passes): AuditDocument {
  return Object.fromEntries(
    members(requires)
      .filter(([name]) => passes(name))
      .map(([name, range]) => [name, (typeof range === 'string' && semver.validRange(range)) || '*']),
  )
}

/** Deeper than any client nests packages, and shallow enough for recursion. */
const MAX_DEPTH = 200
const SRI = /^(?:sha1-[A-Za-z0-9+/]{27}=|sha512-[A-Za-z0-9+/]{86}==)$/

/** Fills `kept`, and returns it. */
function publicTree(
  dependencies: unknown,
  passes: Passes,
  kept: Record<string, unknown>,
  depth: number,
): AuditDocument {
  if (depth > MAX_DEPTH)
    throw new RegistryError('invalid_request', `the audit is nested more than ${MAX_DEPTH} levels deep`)
  for (const [name, entry] of members(dependencies)) {
    const { version, integrity, dev, optional, requires, dependencies: nested } = Object(entry)
    if (!passes(name) || !isVersion(version) || Object.hasOwn(kept, name)) {
      publicTree(nested, passes, kept, depth + 1)
      continue
    }
    kept[name] = {
      version,
      ...(SRI.test(String(integrity)) && { integrity }),
      ...(dev === true && { dev }),
      ...(optional === true && { optional }),
      requires: publicRanges(requires, passes),
      dependencies: publicTree(nested, passes, {}, depth + 1),
    }
  }
  return kept
}

function packageName(text: string): PackageName | undefined {
  try {
    return parsePackageName(text)
  } catch {
    return undefined
  }
}

function isVersion(version: unknown): boolean {
  return typeof version === 'string' && semver.valid(version) === version
}

function members(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : []
}

function isObject(value: unknown): value is AuditDocument {
  return typeof value === 'object' && value !== null && !isList(value)
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}
