import type { Listing } from './listing.ts'

/** The listings that a word of the index stands in, each with the word's weight there. */
export type Postings = ReadonlyMap<Listing, number>

/** Where a word of a query was found. */
export interface Places {
  /** By word of the index, with the factor for its weights. */
  readonly postings: readonly (readonly [Postings, number])[]
  /** How many listings that are, one that has several of the words counted for each. */
  readonly size: number
}

/** @param factors for the weights of each word's postings */
export function placesOf(factors: ReadonlyMap<Postings, number>): Places {
  let size = 0
  for (const postings of factors.keys()) size += postings.size
  return { postings: [...factors], size }
}

/** All listings of these places, each with the weight of the best. */
export function merge({ postings }: Places): Map<Listing, number> {
  const best = new Map<Listing, number>()
  for (const [weights, factor] of postings)
    for (const [listing, weight] of weights)
      if ((best.get(listing) ?? 0) < factor * weight) best.set(listing, factor * weight)
  return best
}

/** What of `found` is in these places too, with the sum of both weights. */
export function intersect(found: Postings, places: Places): Map<Listing, number> {
  // Few listings are quickly looked up in the postings of a word that most packages have.
  const isShort = found.size * places.postings.length < places.size
  const postings: Places['postings'] = isShort ? places.postings : [[merge(places), 1]]
  const both = new Map<Listing, number>()
  for (const [listing, score] of found) {
    let best = 0
    for (const [weights, factor] of postings) best = Math.max(best, factor * (weights.get(listing) ?? 0))
    if (best > 0) both.set(listing, score + best)
  }
  return both
}
