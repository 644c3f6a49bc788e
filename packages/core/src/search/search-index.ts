import type { PackageName } from '../model/package-name.ts'
import type { Head } from '../model/packument.ts'
import type { Listing } from './listing.ts'
import { createMatcher, type Matches } from './matching.ts'
import { mergeSegments } from './merge-segments.ts'
import type { SearchQuery } from './search-query.ts'
import { type Indexed, nameAt, numberOf, pack, remove, repositoryAt, type Segment } from './segment.ts'
import { facetsOf, termsOf } from './terms.ts'

/** What the index knows of a package that was found: what is shown of it is read again when it is shown. */
export interface Found extends Pick<Head, 'name' | 'repository'> {
  /** When anything of the package changed last, in milliseconds since 1970. */
  readonly modified: number
  /** The higher, the better it fits. */
  readonly score: number
}

/**
 * Packages, found by word and by facet. Everything is synchronous, and what is found depends on nothing but the
 * listings that were put in; a score depends on nothing but its own listing and the query, so that nobody can tell
 * from it what else there is.
 */
export interface SearchIndex {
  /** Puts a package in the place of what was there of it; `undefined` takes it out. */
  set(name: PackageName, listing: Listing | undefined): void
  /**
   * What fits a query now, whatever happens before it was gone through; each is made when it is asked for.
   *
   * @param slack how many letters of each word may be wrong
   */
  find(query: SearchQuery, slack: 0 | 1): IterableIterator<Found>
  /** Every package that changed at that time or later, in milliseconds since 1970; as `find` gives them. */
  changedSince(time: number): IterableIterator<Found>
  /** Whether there is so much to put together or to give back that `tidy` pays. */
  isUntidy(): boolean
  /** Does so, a little at each step; anything may happen between two but `tidy` itself. */
  tidy(): Iterable<void>
}

const EXACT_BASE_NAME = 100_000
const EXACT_NAME = 200_000

/** So many packages wait to be packed together, which takes two or three milliseconds. */
const MAX_FRESH = 128
/** So many segments of about one size become one, so that there are few, and none is made anew often. */
const FAN_IN = 4
/** A segment of which less is left is made anew. */
const MIN_LEFT = 3 / 4

export function createSearchIndex(): SearchIndex {
  /** A package is there in one of them, or is fresh. */
  let segments: readonly Segment[] = []
  const fresh = new Map<PackageName, Indexed>()
  const matchesIn = createMatcher()

  function packFresh(): void {
    if (fresh.size === 0) return
    segments = [...segments, pack(fresh.values())]
    fresh.clear()
  }

  function inEach(match: (segment: Segment) => Matches, text: string): IterableIterator<Found> {
    packFresh()
    // Now, as segments come and go; and all of it, as the next search needs the room.
    return foundIn(
      segments.map((segment) => [segment, match(segment)]),
      text,
    )
  }

  /** Segments that should be one. */
  function untidy(): readonly Segment[] | undefined {
    const worn = segments.find(({ gone, left }) => left < gone.length * MIN_LEFT)
    if (worn !== undefined) return [worn]
    const bySize = new Map<number, Segment[]>()
    for (const segment of segments) {
      const size = Math.floor(Math.log(segment.left) / Math.log(FAN_IN))
      bySize.set(size, [...(bySize.get(size) ?? []), segment])
    }
    return [...bySize.values()].find(({ length }) => length >= FAN_IN)
  }

  return {
    set(name, listing) {
      fresh.delete(name)
      for (const segment of segments) {
        const number = numberOf(segment, name)
        if (number !== undefined) remove(segment, number)
      }
      if (listing !== undefined) fresh.set(name, indexed(listing))
      if (fresh.size >= MAX_FRESH) packFresh()
    },
    find: (query, slack) => inEach((segment) => matchesIn(segment, query, slack), query.text),
    changedSince: (time) => inEach((segment) => changedIn(segment, time), ''),
    isUntidy: () => untidy() !== undefined,
    *tidy() {
      for (let several = untidy(); several !== undefined; several = untidy()) {
        const merged = yield* mergeSegments(several)
        const others = segments.filter((segment) => !several?.includes(segment))
        segments = merged.left > 0 ? [...others, merged] : others
      }
    },
  }
}

function indexed(listing: Listing): Indexed {
  const { name, modified, repository } = listing
  const words = { terms: termsOf(listing), facets: facetsOf(listing) }
  return { name, modified: Date.parse(modified), repository, ...words }
}

function changedIn({ modified, gone }: Segment, time: number): Matches {
  const numbers = [...modified.keys()].filter(
    (number) => gone[number] === 0 && (modified[number] ?? 0) >= time,
  )
  return { numbers, scores: numbers.map(() => 0) }
}

function* foundIn(all: readonly (readonly [Segment, Matches])[], text: string): Generator<Found> {
  for (const [segment, { numbers, scores }] of all)
    for (let at = 0; at < numbers.length; at++) {
      const number = numbers[at] ?? 0
      const name = nameAt(segment, number)
      const repository = repositoryAt(segment, number)
      const modified = segment.modified[number] ?? 0
      const score = (scores[at] ?? 0) + namesake(name, text)
      yield repository === undefined ? { name, modified, score } : { name, modified, score, repository }
    }
}

/** The package of this very name comes first, and behind it those of this name in any scope. */
function namesake(name: PackageName, text: string): number {
  if (text === '') return 0
  if (name === text) return EXACT_NAME
  return name.endsWith(`/${text}`) ? EXACT_BASE_NAME : 0
}
