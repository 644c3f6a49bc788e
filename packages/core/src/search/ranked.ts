import type { Listing } from './listing.ts'
import type { Found } from './search-index.ts'

/**
 * The best first; of equals, by name. It is the same for the same listings however they were found.
 *
 * @param count how many are needed, so that the others need not be put in order; all by default
 */
export function ranked(found: Found, count = found.size): readonly Listing[] {
  const byScore = new Map<number, Listing[]>()
  for (const [listing, score] of found) {
    const equals = byScore.get(score)
    if (equals === undefined) byScore.set(score, [listing])
    else equals.push(listing)
  }
  let listings: Listing[] = []
  for (const [, equals] of [...byScore].sort(([a], [b]) => b - a)) {
    if (listings.length >= count) break
    listings = listings.concat(equals.sort((a, b) => (a.name < b.name ? -1 : 1)))
  }
  return listings.slice(0, count)
}
