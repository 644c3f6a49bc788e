import { listOf, numberOf, type Postings, placeIn, placeOf, sizeOf } from './postings.ts'
import { weights } from './terms.ts'

/** Packages by number, each with how well it fits. */
export type Scores = Map<number, number>

/** Where a word of a query was found. */
export interface Places {
  /** By word of the index, with the factor for its weights. */
  readonly postings: readonly (readonly [Postings, number])[]
  /** How many packages that are, one that has several of the words counted for each. */
  readonly size: number
}

/** @param factors for the weights of each word's postings */
export function placesOf(factors: Iterable<readonly [Postings, number]>): Places {
  const postings = [...factors]
  return { postings, size: postings.reduce((size, [each]) => size + sizeOf(each), 0) }
}

/** All packages of these places, each with the weight of the best. */
export function merge({ postings }: Places): Scores {
  const best: Scores = new Map()
  for (const [each, factor] of postings)
    for (const one of listOf(each)) {
      const [number, weight] = [numberOf(one), factor * weightAt(placeOf(one))]
      if ((best.get(number) ?? 0) < weight) best.set(number, weight)
    }
  return best
}

/** What of `found` is in these places too, with the sum of both weights. */
export function intersect(found: Scores, places: Places): Scores {
  // Few packages are quickly looked up in the postings of a word that most packages have.
  const isShort = found.size * places.postings.length < places.size
  const weightOf = isShort ? lookedUp(places) : merged(places)
  const both: Scores = new Map()
  for (const [number, score] of found) {
    const weight = weightOf(number)
    if (weight > 0) both.set(number, score + weight)
  }
  return both
}

function lookedUp({ postings }: Places): (number: number) => number {
  return (number) => {
    let best = 0
    for (const [each, factor] of postings) best = Math.max(best, factor * weightAt(placeIn(each, number)))
    return best
  }
}

function merged(places: Places): (number: number) => number {
  const weights = merge(places)
  return (number) => weights.get(number) ?? 0
}

function weightAt(place: number | undefined): number {
  return (place !== undefined && weights[place]) || 0
}
