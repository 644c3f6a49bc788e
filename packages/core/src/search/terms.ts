import semver from 'semver'
import { scopeOf } from '../model/package-name.ts'
import type { Maintainer } from '../model/packument.ts'
import type { Listing } from './listing.ts'

/** What a word is worth by where it stands: a name outweighs everything else together. */
const WEIGHTS = { name: 1000, keywords: 5, description: 2, people: 1 }

/** Longer words are data that somebody has put into a description. */
const MAX_LENGTH = 100

/** The words of a text, in lower case: runs of letters and digits. */
export function wordsOf(text: string): readonly string[] {
  return (text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).filter((word) => word.length <= MAX_LENGTH)
}

/** Every word that finds a package, with the weight of the best place it stands at. */
export function termsOf(listing: Listing): ReadonlyMap<string, number> {
  const { name, keywords, description, author, publisher, maintainers } = listing
  const people = [author, publisher, ...maintainers].map((person) => person?.name ?? '')
  const places = { people: people.join(' '), description, keywords: keywords.join(' '), name }
  const terms = new Map<string, number>()
  // From the least to the best, so that the best stays.
  for (const place of ['people', 'description', 'keywords', 'name'] as const)
    for (const word of wordsOf(places[place])) terms.set(word, WEIGHTS[place])
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
