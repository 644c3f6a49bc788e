import type { Entry, Found } from './search-index.ts'

/** Up to so many are picked out of all others, which then need not be put in order. */
const FEW = 1000

/**
 * The best first; of equals, by name. It is the same for the same packages however they were found.
 *
 * @param count how many are needed; all by default
 */
export function ranked(found: Found, count = found.size): readonly Entry[] {
  const order = (one: Entry, other: Entry) =>
    (found.get(other) ?? 0) - (found.get(one) ?? 0) || (one.name < other.name ? -1 : 1)
  if (count > FEW) return [...found.keys()].sort(order).slice(0, count)

  const best: Entry[] = []
  for (const entry of found.keys()) {
    const last = best.at(-1)
    if (best.length === count && (last === undefined || order(last, entry) < 0)) continue
    best.splice(placeFor(entry, best, order), 0, entry)
    if (best.length > count) best.pop()
  }
  return best
}

/** Where it belongs among those that are in order. */
function placeFor(
  entry: Entry,
  inOrder: readonly Entry[],
  order: (one: Entry, other: Entry) => number,
): number {
  let [from, to] = [0, inOrder.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    const other = inOrder[middle]
    if (other !== undefined && order(other, entry) < 0) from = middle + 1
    else to = middle
  }
  return from
}
