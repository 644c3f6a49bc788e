import SearchableMap from 'minisearch/SearchableMap'
import type { PackageName } from '../model/package-name.ts'
import type { Listing } from './listing.ts'
import { intersect, merge, type Places, type Postings, placesOf } from './places.ts'
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
  find(query: SearchQuery, slack: 0 | 1): Map<Listing, number>
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

  /** Where a word stands, or one that begins with it, or one that is it but for a letter. */
  function lookUp(word: string, slack: 0 | 1): Places {
    const places = new Map<Postings, number>()
    if (slack > 0 && word.length >= MIN_FUZZY)
      for (const [postings] of terms.fuzzyGet(word, slack).values()) places.set(postings, 1)
    if (word.length >= MIN_PREFIX)
      for (const postings of terms.atPrefix(word).values()) places.set(postings, 1)
    const exact = terms.get(word)
    if (exact !== undefined) places.set(exact, EXACT_WORD)
    return placesOf(places)
  }

  /** The listings that have every word, with the sum of the words' weights. */
  function findWords(words: readonly string[], slack: 0 | 1): Map<Listing, number> {
    const [rarest, ...others] = words
      .map((word) => lookUp(word, slack))
      .sort((one, other) => one.size - other.size)
    let found = rarest === undefined ? new Map<Listing, number>() : merge(rarest)
    for (const other of others) found = intersect(found, other)
    return found
  }

  /** The listings that have one of the facets; without facets, all. */
  function findFacets(group: readonly string[] | undefined): Map<Listing, number> {
    const found = new Map<Listing, number>()
    const having = group?.map((facet) => facets.get(facet) ?? []) ?? [listings.values()]
    for (const some of having) for (const listing of some) found.set(listing, 0)
    return found
  }

  return {
    set(name, listing) {
      const present = listings.get(name)
      if (present !== undefined) remove(present)
      if (listing !== undefined) add(listing)
    },
    all: () => listings.values(),
    find({ text, words, anyOf, noneOf }, slack) {
      const found = words.length > 0 ? findWords(words, slack) : findFacets(anyOf[0])
      const has = (listing: Listing, facet: string) => facets.get(facet)?.has(listing) === true
      for (const group of anyOf) keepOnly(found, (listing) => group.some((facet) => has(listing, facet)))
      for (const facet of noneOf) keepOnly(found, (listing) => !has(listing, facet))
      if (text !== '') raiseNamesakes(found, text)
      return found
    },
  }
}

function keepOnly(found: Map<Listing, number>, fits: (listing: Listing) => boolean): void {
  for (const listing of found.keys()) if (!fits(listing)) found.delete(listing)
}

/** Puts the package of this very name on top, and under it those of this name in any scope. */
function raiseNamesakes(found: Map<Listing, number>, text: string): void {
  const inAnyScope = `/${text}`
  for (const [listing, score] of found) {
    if (listing.name === text) found.set(listing, score + EXACT_NAME)
    else if (listing.name.endsWith(inAnyScope)) found.set(listing, score + EXACT_BASE_NAME)
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
