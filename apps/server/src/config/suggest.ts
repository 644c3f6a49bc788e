/** ` (did you mean …?)` for the closest of `known`, or nothing when none is close. */
export function suggest(given: string, known: Iterable<string>): string {
  const wanted = given.toLowerCase()
  let best: string | undefined
  let least = Math.max(2, Math.floor(given.length / 4)) + 1
  for (const candidate of known) {
    const name = candidate.toLowerCase()
    const distance = /[._]/.test(wanted) || !name.endsWith(`.${wanted}`) ? edits(wanted, name) : 1
    if (distance < least) [best, least] = [candidate, distance]
  }
  return best === undefined ? '' : ` (did you mean ${best}?)`
}

/** How many characters must be added, removed or replaced to make `b` of `a`. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (const [line, character] of [...a].entries()) {
    const next = [line + 1]
    for (let column = 1; column <= b.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (b[column - 1] === character ? 0 : 1)
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
