import SearchableMap from 'minisearch/SearchableMap'
import type { PackageName } from '../model/package-name.ts'
import type { Listing } from './listing.ts'
import type { SearchQuery } from './search-query.ts'
import { facetsOf, termsOf } from './terms.ts'

/** What was found, each with its score: the higher, the better it fits. */
export type Found = ReadonlyMap<Listing, number>

/**
 * Listings, found by word and by facet. Everything is synchronous, and what is found depends on nothing but the
 * listings that are in it; a score depends on nothing but its own listing and the query, so that nobody can tell
 * from it what else there is.
 */
export interface SearchIndex {
  /** Puts a package's listing in the place of the one it had; `undefined` takes it out. */
  set(name: PackageName, listing: Listing | undefined): void
  /** Every listing, in any order. */
  all(): Iterable<Listing>
  /** @param slack how many letters of each word may be wrong */
  find(query: SearchQuery, slack: 0 | 1): Found
}

/** Shorter words are looked for whole: half of all packages have a word that begins with any one letter. */
const MIN_PREFIX = 2
/** With one letter wrong, shorter words are other words. */
const MIN_FUZZY = 4

const EXACT_WORD = 2
const EXACT_BASE_NAME = 100_000
const EXACT_NAME = 200_000

export function createSearchIndex(): SearchIndex {
  const listings = new Map<PackageName, Listing>()
  // A radix tree: it finds words by their beginning and with letters wrong without going through all of them.
  const terms = new SearchableMap<Map<Listing, number>>()
  const facets = new Map<string, Set<Listing>>()

  function add(listing: Listing): void {
    listings.set(listing.name, listing)
    for (const [term, weight] of termsOf(listing)) terms.fetch(term, () => new Map()).set(listing, weight)
    for (const facet of facetsOf(listing)) {
      const having = facets.get(facet)
      if (having === undefined) facets.set(facet, new Set([listing]))
      else having.add(listing)
    }
  }

  function remove(listing: Listing): void {
    listings.delete(listing.name)
    for (const term of termsOf(listing).keys()) dropFrom(terms, term, listing)
    for (const facet of facetsOf(listing)) dropFrom(facets, facet, listing)
  }

  /** The listings that have a word, or one that begins with it, with the weight of the best of these. */
  function findWord(word: string, slack: 0 | 1): Map<Listing, number> {
    const found = new Map<Listing, number>()
    if (slack > 0 && word.length >= MIN_FUZZY)
      for (const [postings] of terms.fuzzyGet(word, slack).values()) addBest(found, postings, 1)
    if (word.length >= MIN_PREFIX)
      for (const postings of terms.atPrefix(word).values()) addBest(found, postings, 1)
    addBest(found, terms.get(word) ?? new Map(), EXACT_WORD)
    return found
  }

  /** The listings that have every word, with the sum of the words' weights. */
  function findWords(words: readonly string[], slack: 0 | 1): Map<Listing, number> {
    // Long words are rare: what they leave is little to compare with.
    const [first = '', ...others] = [...words].sort((a, b) => b.length - a.length)
    let found = findWord(first, slack)
    for (const word of others) {
      if (found.size === 0) break
      found = intersect(found, findWord(word, slack))
    }
    return found
  }

  function startOf({ words, anyOf }: SearchQuery, slack: 0 | 1): Map<Listing, number> {
    if (words.length > 0) return findWords(words, slack)
    const found = new Map<Listing, number>()
    const candidates = anyOf[0]?.map((facet) => facets.get(facet) ?? []) ?? [listings.values()]
    for (const some of candidates) for (const listing of some) found.set(listing, 0)
    return found
  }

  return {
    set(name, listing) {
      const present = listings.get(name)
      if (present !== undefined) remove(present)
      if (listing !== undefined) add(listing)
    },
    all: () => listings.values(),
    find(query, slack) {
      const { text, anyOf, noneOf } = query
      const found = startOf(query, slack)
      const has = (listing: Listing, facet: string) => facets.get(facet)?.has(listing) === true
      for (const [listing, score] of found) {
        const fits =
          anyOf.every((group) => group.some((facet) => has(listing, facet))) &&
          !noneOf.some((facet) => has(listing, facet))
        if (!fits) found.delete(listing)
        else if (listing.name === text) found.set(listing, score + EXACT_NAME)
        else if (listing.name.endsWith(`/${text}`)) found.set(listing, score + EXACT_BASE_NAME)
      }
      return found
    },
  }
}

function dropFrom<Postings extends Map<Listing, number> | Set<Listing>>(
  index: { get(key: string): Postings | undefined; delete(key: string): unknown },
  key: string,
  listing: Listing,
): void {
  const postings = index.get(key)
  postings?.delete(listing)
  if (postings?.size === 0) index.delete(key)
}

function addBest(found: Map<Listing, number>, postings: ReadonlyMap<Listing, number>, factor: number): void {
  for (const [listing, weight] of postings) {
    const present = found.get(listing)
    if (present === undefined || present < factor * weight) found.set(listing, factor * weight)
  }
}

function intersect(a: Map<Listing, number>, b: Map<Listing, number>): Map<Listing, number> {
  const [small, large] = a.size < b.size ? [a, b] : [b, a]
  const both = new Map<Listing, number>()
  for (const [listing, score] of small) {
    const other = large.get(listing)
    if (other !== undefined) both.set(listing, score + other)
  }
  return both
}
