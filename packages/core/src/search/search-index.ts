import type { PackageName } from '../model/package-name.ts'
import type { Head } from '../model/packument.ts'
import type { Listing } from './listing.ts'
import { intersect, merge, type Places, placesOf, type Scores } from './places.ts'
import {
  listOf,
  noPostings,
  numberOf,
  onlyOf,
  type Postings,
  placeIn,
  posting,
  withPosting,
} from './postings.ts'
import type { SearchQuery } from './search-query.ts'
import { facetsOf, termsOf } from './terms.ts'
import { createWords } from './words.ts'

/** What the index keeps of a package, beside its words: what is shown of it is read again when it is shown. */
export interface Entry extends Pick<Head, 'name' | 'repository'> {
  /** When anything of the package changed last, in milliseconds since 1970. */
  readonly modified: number
}

/** What was found, each with its score: the higher, the better it fits. */
export type Found = ReadonlyMap<Entry, number>

/**
 * Packages, found by word and by facet. Everything is synchronous, and what is found depends on nothing but the
 * listings that were put in; a score depends on nothing but its own listing and the query, so that nobody can tell
 * from it what else there is.
 */
export interface SearchIndex {
  /** Puts a package in the place of what was there of it; `undefined` takes it out. */
  set(name: PackageName, listing: Listing | undefined): void
  /** Every package, in any order. */
  all(): Iterable<Entry>
  /** @param slack how many letters of each word may be wrong */
  find(query: SearchQuery, slack: 0 | 1): Map<Entry, number>
  /** Whether so much was taken out that `tidy` pays. */
  isUntidy(): boolean
  /** Gives back the room of what was taken out, some of it at each step; anything may happen between two. */
  tidy(): Iterable<void>
}

/** Shorter words are looked for whole: half of all packages have a word that begins with any one letter. */
const MIN_PREFIX = 2
/** With one letter wrong, shorter words are other words. */
const MIN_FUZZY = 4

const EXACT_WORD = 2
const EXACT_BASE_NAME = 100_000
const EXACT_NAME = 200_000

/** What was taken out may take as much room as one in so many of what is there, and as so many packages more. */
const MAX_GONE = { share: 4, more: 1000 }
/** Words that are looked through at a step. */
const STEP = 100

export function createSearchIndex(): SearchIndex {
  const numbers = new Map<PackageName, number>()
  const entries: (Entry | undefined)[] = []
  const terms = new Map<string, Postings>()
  const facets = new Map<string, Postings>()
  const words = createWords()
  /** Numbers that nothing stands behind: of `gone` there still are postings. */
  let [gone, free]: [number[], number[]] = [[], []]

  function add(listing: Listing): void {
    const { name, repository, modified } = listing
    const number = free.pop() ?? entries.length
    numbers.set(name, number)
    entries[number] = { name, modified: Date.parse(modified), ...(repository && { repository }) }
    for (const [term, place] of termsOf(listing)) {
      if (!terms.has(term)) words.add(term)
      terms.set(term, withPosting(terms.get(term), posting(number, place)))
    }
    for (const facet of facetsOf(listing))
      facets.set(facet, withPosting(facets.get(facet), posting(number, 0)))
  }

  function remove(name: PackageName): void {
    const number = numbers.get(name)
    if (number === undefined) return
    numbers.delete(name)
    entries[number] = undefined
    gone.push(number)
  }

  /** Where a word stands, or one that begins with it, or one that is it but for a letter. */
  function lookUp(word: string, slack: 0 | 1): Places {
    const factors = new Map<string, number>()
    if (slack > 0 && word.length >= MIN_FUZZY)
      for (const term of words.oneLetterFrom(word)) factors.set(term, 1)
    if (word.length >= MIN_PREFIX) for (const term of words.startingWith(word)) factors.set(term, 1)
    factors.set(word, EXACT_WORD)
    return placesOf([...factors].map(([term, factor]) => [terms.get(term) ?? noPostings, factor]))
  }

  /** The packages that have every word, with the sum of the words' weights. */
  function findWords(wanted: readonly string[], slack: 0 | 1): Scores {
    const [rarest, ...others] = wanted
      .map((word) => lookUp(word, slack))
      .sort((one, other) => one.size - other.size)
    let found: Scores = rarest === undefined ? new Map() : merge(rarest)
    for (const other of others) found = intersect(found, other)
    return found
  }

  /** The packages that have one of the facets; without facets, all. */
  function findFacets(group: readonly string[] | undefined): Scores {
    const found: Scores = new Map()
    if (group === undefined) for (const number of numbers.values()) found.set(number, 0)
    for (const facet of group ?? [])
      for (const one of listOf(facets.get(facet) ?? noPostings)) found.set(numberOf(one), 0)
    return found
  }

  function* tidyOne(lists: Map<string, Postings>): Generator<void> {
    let looked = 0
    for (const [word, postings] of lists) {
      const left = onlyOf(postings, (number) => entries[number] !== undefined)
      if (left === undefined) lists.delete(word)
      else lists.set(word, left)
      if (++looked % STEP === 0) yield
    }
  }

  return {
    set(name, listing) {
      remove(name)
      if (listing !== undefined) add(listing)
    },
    *all() {
      for (const entry of entries) if (entry !== undefined) yield entry
    },
    find({ text, words: wanted, anyOf, noneOf }, slack) {
      const scores = wanted.length > 0 ? findWords(wanted, slack) : findFacets(anyOf[0])
      const has = (number: number, facet: string) =>
        placeIn(facets.get(facet) ?? noPostings, number) !== undefined
      const fits = (number: number) =>
        anyOf.every((group) => group.some((facet) => has(number, facet))) &&
        !noneOf.some((facet) => has(number, facet))
      const found = new Map<Entry, number>()
      for (const [number, score] of scores) {
        const entry = entries[number]
        if (entry !== undefined && fits(number)) found.set(entry, score + namesake(entry, text))
      }
      return found
    },
    isUntidy: () => gone.length > numbers.size / MAX_GONE.share + MAX_GONE.more,
    *tidy() {
      const numbersGone = gone
      gone = []
      yield* tidyOne(terms)
      yield* tidyOne(facets)
      yield* words.keepOnly((word) => terms.has(word))
      free = free.concat(numbersGone)
    },
  }
}

/** The package of this very name comes first, and behind it those of this name in any scope. */
function namesake({ name }: Entry, text: string): number {
  if (text === '') return 0
  if (name === text) return EXACT_NAME
  return name.endsWith(`/${text}`) ? EXACT_BASE_NAME : 0
}
