import semver from 'semver'
import { RegistryError } from '../errors.ts'

/** Far more than anybody needs, and few enough for a file name that has the version in it. */
const MAX_LENGTH = 128

/**
 * A version in the one spelling the registry keeps: what clients send after they have cleaned it.
 *
 * @throws RegistryError `invalid_request` for anything else, such as `v1.0.0`, `1.0` or `1.0.0+build`
 */
export function parseVersion(text: string): string {
  if (text.length > MAX_LENGTH || semver.valid(text) !== text) {
    throw new RegistryError('invalid_request', `${JSON.stringify(text.slice(0, 80))} is not a valid version`)
  }
  return text
}

/** What a package.json's `version` becomes when a client publishes it: trimmed, without `v` and build metadata. */
export function cleanVersion(text: string): string | undefined {
  return semver.clean(text, { loose: true }) ?? undefined
}

/** The highest version by semver's order: what `latest` falls back to. */
export function highestVersion(versions: readonly string[]): string | undefined {
  return [...versions].sort(semver.rcompare)[0]
}
