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
  const known = new Map<string, boolean>()
  const passes = (text: string) => {
    const before = known.get(text)
    if (before !== undefined) return before
    const name = packageName(text)
    const answer = name !== undefined && isPublic(name)
    known.set(text, answer)
    return answer
  }
  if (kind === 'bulk') return publicVersions(body, passes)
  const { requires, dependencies } = Object(body)
  const rules = { passes, range: createRangeReader() }
  return { requires: publicRanges(requires, rules), dependencies: publicTree(dependencies, rules, {}, 1) }
}

/**
 * Every name in an audit of a package that is asked about, or that one of those needs, once: all that
 * `publicAudit` will want to know of, without its work.
 *
 * @throws RegistryError as `publicAudit`
 */
export function eachAuditedName(kind: AuditKind, body: unknown, take: (name: PackageName) => void): void {
  const met = new Set<string>()
  const takeAll = (named: unknown) => {
    for (const text of isObject(named) ? Object.keys(named) : []) {
      if (met.has(text)) continue
      met.add(text)
      const name = packageName(text)
      if (name !== undefined) take(name)
    }
  }
  function takeTree(dependencies: unknown, depth: number): void {
    assertDepth(depth)
    takeAll(dependencies)
    for (const [, entry] of members(dependencies)) {
      takeAll(Object(entry).requires)
      takeTree(Object(entry).dependencies, depth + 1)
    }
  }
  if (kind === 'bulk') takeAll(body)
  else {
    takeAll(Object(body).requires)
    takeTree(Object(body).dependencies, 1)
  }
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

interface Rules {
  readonly passes: Passes
  /** What of a range may leave. */
  readonly range: (text: unknown) => string
}

function publicVersions(body: unknown, passes: Passes): AuditDocument {
  return Object.fromEntries(
    members(body)
      .filter(([name]) => passes(name))
      .map(([name, versions]) => [name, isList(versions) ? versions.filter(isVersion) : []] as const)
      .filter(([, versions]) => versions.length > 0),
  )
}

/** Characters of the ranges that are read for one audit, each once: several times what a large project has. */
const MAX_RANGE_TEXT = 50_000

/**
 * What is no range (an alias, an address, a file) may name anything, and becomes `*`; so does what is too much to
 * read, since a megabyte of ranges takes a second.
 */
function createRangeReader(): Rules['range'] {
  const known = new Map<string, string>()
  let left = MAX_RANGE_TEXT
  return (text) => {
    if (typeof text !== 'string') return '*'
    const read = known.get(text)
    if (read !== undefined || text.length > left) return read ?? '*'
    left -= text.length
    const range = semver.validRange(text) || '*'
    known.set(text, range)
    return range
  }
}

function publicRanges(requires: unknown, { passes, range }: Rules): AuditDocument {
  return Object.fromEntries(
    members(requires)
      .filter(([name]) => passes(name))
      .map(([name, text]) => [name, range(text)]),
  )
}

/** Deeper than any client nests packages, and shallow enough for recursion. */
const MAX_DEPTH = 200
const SRI = /^(?:sha1-[A-Za-z0-9+/]{27}=|sha512-[A-Za-z0-9+/]{86}==)$/

/** Fills `kept`, and returns it. */
function publicTree(
  dependencies: unknown,
  rules: Rules,
  kept: Record<string, unknown>,
  depth: number,
): AuditDocument {
  assertDepth(depth)
  for (const [name, entry] of members(dependencies)) {
    const { version, integrity, dev, optional, requires, dependencies: nested } = Object(entry)
    if (!rules.passes(name) || !isVersion(version) || Object.hasOwn(kept, name)) {
      publicTree(nested, rules, kept, depth + 1)
      continue
    }
    kept[name] = {
      version,
      ...(SRI.test(String(integrity)) && { integrity }),
      ...(dev === true && { dev }),
      ...(optional === true && { optional }),
      requires: publicRanges(requires, rules),
      dependencies: publicTree(nested, rules, {}, depth + 1),
    }
  }
  return kept
}

function assertDepth(depth: number): void {
  if (depth > MAX_DEPTH)
    throw new RegistryError('invalid_request', `the audit is nested more than ${MAX_DEPTH} levels deep`)
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
