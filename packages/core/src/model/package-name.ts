import validateName from 'validate-npm-package-name'
import { RegistryError } from '../errors.ts'
import type { Brand } from './brand.ts'

/** A package's name in its one canonical spelling: `name` or `@scope/name`, decoded. */
export type PackageName = Brand<'PackageName'>

/** Longer names are refused by every client, and would not fit a file name. */
const MAX_LENGTH = 214

/**
 * Reads a package name as it stands in a decoded URL segment or in a document. Names that only old packages of
 * the public registry carry (capitals, `~'!()*`) pass: they may be read from upstream, see `assertPublishable`.
 *
 * @throws RegistryError `invalid_name`
 */
export function parsePackageName(text: string): PackageName {
  const { validForOldPackages, errors } = validateName(text)
  const problem = validForOldPackages ? ownRules(text) : errors?.[0]
  if (problem !== undefined) {
    throw new RegistryError('invalid_name', `${quote(text)} is not a package name: ${problem}`)
  }
  return text as PackageName
}

/**
 * What a name needs beyond being readable, so that a version may be published under it.
 *
 * @throws RegistryError `invalid_name`
 */
export function assertPublishable(name: PackageName): void {
  const { validForNewPackages, warnings } = validateName(name)
  const problem = name === name.toLowerCase() ? warnings?.[0] : 'name can no longer contain capital letters'
  if (!validForNewPackages || problem !== undefined) {
    throw new RegistryError(
      'invalid_name',
      `${quote(name)} cannot be published: ${problem ?? 'invalid name'}`,
    )
  }
}

/** `@scope` of a scoped name, `undefined` for a plain one. */
export function scopeOf(name: PackageName): string | undefined {
  return name.startsWith('@') ? name.slice(0, name.indexOf('/')) : undefined
}

/** The part after the scope: what a tarball's file name starts with. */
export function baseNameOf(name: PackageName): string {
  return name.slice(name.indexOf('/') + 1)
}

/** What validate-npm-package-name lets pass and a store's layout must not see. */
function ownRules(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return `it is longer than ${MAX_LENGTH} characters`
  if (/^@?[.]|\/[.]/.test(text)) return 'neither the scope nor the name may start with a dot'
  if (!/^(?:@[\w~'!()*.-]+\/)?[\w~'!()*.-]+$/.test(text))
    return 'it holds characters that a URL would have to escape'
  return undefined
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
