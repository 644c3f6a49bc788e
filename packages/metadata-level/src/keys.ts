import type { NameRange, PackageName } from '@nmr/core'

/*
 * `head␀name`, `readme␀name`, `version␀name␀version`: no name and no version holds a NUL, so no key is the beginning
 * of another package's key. Heads lie together, apart from the rows: a block of them serves many packages.
 */

const NUL = '\u0000'
/** Sorts right behind every key that goes on with a NUL. */
const BEHIND_NUL = '\u0001'
const HEADS = `head${NUL}`

export function headKey(name: PackageName): string {
  return HEADS + name
}

export function readmeKey(name: PackageName): string {
  return `readme${NUL}${name}`
}

export function versionKey(name: PackageName, version: string): string {
  return `version${NUL}${name}${NUL}${version}`
}

/** The keys of all rows of a package. */
export function versionKeys(name: PackageName): { readonly gt: string; readonly lt: string } {
  const key = `version${NUL}${name}`
  return { gt: key + NUL, lt: key + BEHIND_NUL }
}

/** The keys of the heads that a range of names means. */
export function headKeys({ scope, after, limit }: NameRange): {
  readonly gt: string
  readonly lt: string
  readonly limit: number
} {
  // '0' is the character behind '/'.
  const [first, behind] = scope === undefined ? ['', BEHIND_NUL] : [`${scope}/`, `${scope}0`]
  const lt = scope === undefined ? `head${behind}` : HEADS + behind
  return { gt: HEADS + (after !== undefined && after > first ? after : first), lt, limit: limit ?? -1 }
}

export function nameOfHeadKey(key: string): PackageName {
  return key.slice(HEADS.length) as PackageName
}
