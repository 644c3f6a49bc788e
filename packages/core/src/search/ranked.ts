import { positionIn } from '../position-in.ts'
import type { Found } from './search-index.ts'

/** Up to so many are picked out of all others, which then need not be put in order. */
const FEW = 1000

/**
 * The best first; of equals, by name. It is the same for the same packages however they were found.
 *
 * @param count how many are needed; all by default
 */
export function ranked(found: readonly Found[], count = found.length): readonly Found[] {
  if (count > FEW) return [...found].sort(order).slice(0, count)

  const best: Found[] = []
  for (const each of found) {
    const last = best.at(-1)
    if (best.length === count && (last === undefined || order(last, each) < 0)) continue
    best.splice(positionIn(best, each, order), 0, each)
    if (best.length > count) best.pop()
  }
  return best
}

function order(one: Found, other: Found): number {
  return other.score - one.score || (one.name < other.name ? -1 : 1)
}
