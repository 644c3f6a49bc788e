import semver from 'semver'
import { RegistryError } from '../errors.ts'

/** Tag → version. Tags are chosen by people, so look them up with `taggedVersion`, never by index. */
export type DistTags = Readonly<Record<string, string>>

/** The tag that every package with a version has, and that an install without a tag or range takes. */
export const LATEST = 'latest'

const MAX_LENGTH = 128

/**
 * Reads a dist-tag. It shares its place in `name@…` with versions and ranges, so it may not be readable as one.
 *
 * @throws RegistryError `invalid_request`
 */
export function parseDistTag(text: string): string {
  // Nearly always, and to see that a text is no range takes semver an error that is thrown.
  if (text === LATEST) return text
  const problem = problemWith(text)
  if (problem !== undefined) {
    throw new RegistryError(
      'invalid_request',
      `${JSON.stringify(text.slice(0, 80))} cannot be a dist-tag: ${problem}`,
    )
  }
  return text
}

/** Tags of one package: far more than people make, and few enough to be read with every request. */
const MAX_TAGS = 1000

/** @throws RegistryError `invalid_request` for more tags than a package may have */
export function boundedDistTags(tags: DistTags): DistTags {
  if (Object.keys(tags).length <= MAX_TAGS) return tags
  throw new RegistryError('invalid_request', `a package has at most ${MAX_TAGS} dist-tags: remove some first`)
}

/** The version that a tag points at. */
export function taggedVersion(tags: DistTags, tag: string): string | undefined {
  return Object.hasOwn(tags, tag) ? tags[tag] : undefined
}

/** The tags that are left when these versions go, `latest` moved to what `fallback` names. */
export function withoutVersions(
  tags: DistTags,
  gone: ReadonlySet<string>,
  fallback: string | undefined,
): DistTags {
  const left = Object.entries(tags).filter(([, version]) => !gone.has(version))
  if (fallback === undefined) return {}
  return { [LATEST]: fallback, ...Object.fromEntries(left) }
}

function problemWith(text: string): string | undefined {
  if (text === '' || text.length > MAX_LENGTH) return `it must have 1 to ${MAX_LENGTH} characters`
  if (semver.validRange(text, { loose: true }) !== null) return 'it reads as a version or a range'
  if (!/^[A-Za-z0-9][A-Za-z0-9._~-]*$/.test(text)) return 'it may hold letters, digits and "._~-" only'
  return undefined
}
