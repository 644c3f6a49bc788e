import type { Entry, Found } from './search-index.ts'

/**
 * The best first; of equals, by name. It is the same for the same packages however they were found.
 *
 * @param count how many are needed, so that the others need not be put in order; all by default
 */
export function ranked(found: Found, count = found.size): readonly Entry[] {
  const byScore = new Map<number, Entry[]>()
  for (const [entry, score] of found) {
    const equals = byScore.get(score)
    if (equals === undefined) byScore.set(score, [entry])
    else equals.push(entry)
  }
  let entries: Entry[] = []
  for (const [, equals] of [...byScore].sort(([a], [b]) => b - a)) {
    if (entries.length >= count) break
    entries = entries.concat(equals.sort((a, b) => (a.name < b.name ? -1 : 1)))
  }
  return entries.slice(0, count)
}
