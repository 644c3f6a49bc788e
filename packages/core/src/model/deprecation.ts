import { RegistryError } from '../errors.ts'
import type { PackageName } from './package-name.ts'

/** Characters of the text that says why a version is deprecated: it stands in the packument once for each version. */
const MAX_LENGTH = 4096

/**
 * Holds the text of a deprecation to its bound; a version's manifest has its own, without it.
 *
 * @throws RegistryError `too_large`
 */
export function assertDeprecation(name: PackageName, version: string, message: string): void {
  if (message.length <= MAX_LENGTH) return
  const why = `the text with which ${name}@${version} is deprecated is longer than ${MAX_LENGTH} characters`
  throw new RegistryError('too_large', `${why}; put it on a page, and name that`)
}
