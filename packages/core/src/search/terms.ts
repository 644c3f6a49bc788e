import semver from 'semver'
import { scopeOf } from '../model/package-name.ts'
import type { Maintainer } from '../model/packument.ts'
import type { Listing } from './listing.ts'

/** Where words stand, from the least to the best. */
const places = ['people', 'description', 'keywords', 'name'] as const

/** What a word is worth by its place there: a name outweighs everything else together. */
export const weights: readonly number[] = [1, 2, 5, 1000]

/** Longer words are data that somebody has put into a description. */
const MAX_LENGTH = 100

/** The words of a text, in lower case: runs of letters and digits. */
export function wordsOf(text: string): readonly string[] {
  return (text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).filter((word) => word.length <= MAX_LENGTH)
}

/** Every word that finds a package, with the best place it stands at, by number. */
export function termsOf(listing: Listing): ReadonlyMap<string, number> {
  const { name, keywords, description, author, publisher, maintainers } = listing
  const people = [author, publisher, ...maintainers].map((person) => person?.name ?? '')
  const texts = { people: people.join(' '), description, keywords: keywords.join(' '), name }
  const terms = new Map<string, number>()
  // The best stays.
  places.forEach((place, number) => {
    for (const word of wordsOf(texts[place])) terms.set(word, number)
  })
  return terms
}

/** What a package can be chosen by as a whole: `scope:acme`, `keyword:state machine`, `author:ann lee`, `is:deprecated`. */
export function facetsOf(listing: Listing): ReadonlySet<string> {
  const { name, version, keywords, author, maintainers, stars, isDeprecated } = listing
  const facets = [
    ...keywords.map((keyword) => `keyword:${keyword}`),
    ...maintainers.flatMap((person) => namesOf(person).map((text) => `maintainer:${text}`)),
    ...stars.map((user) => `starred:${user}`),
    ...(author ? [...namesOf(author), ...wordsOf(author.name)].map((text) => `author:${text}`) : []),
    ...(isDeprecated ? ['is:deprecated'] : []),
    ...(semver.major(version) === 0 || semver.prerelease(version) ? ['is:unstable'] : []),
  ]
  const scope = scopeOf(name)
  if (scope !== undefined) facets.push(`scope:${scope.slice(1)}`)
  return new Set(facets.map((facet) => facet.toLowerCase()))
}

function namesOf({ name, email }: Maintainer): readonly string[] {
  return email === undefined ? [name] : [name, email]
}
