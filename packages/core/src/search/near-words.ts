import { firstFrom, placeOf, type Range, type SortedTexts } from './sorted-texts.ts'

/** Sorts behind every letter, and is in no UTF-8. */
const BEHIND = '\xff'

/** A letter, of as many bytes as it has. */
const LETTER = /[^\x80-\xbf][\x80-\xbf]*/g

/** Where the words stand that begin so. */
export function startingWith(words: SortedTexts, prefix: string): Range {
  return [firstFrom(words, prefix), firstFrom(words, prefix + BEHIND)]
}

/** Where the words stand that this one becomes when one of its letters is left out, put in or exchanged. */
export function* oneLetterFrom(words: SortedTexts, word: string): Generator<number> {
  const letters = word.match(LETTER) ?? []
  for (let right = 0; right <= letters.length; right++) {
    const [start, rest] = [letters.slice(0, right).join(''), letters.slice(right).join('')]
    const shorter = letters.slice(right + 1).join('')
    const without = placeOf(words, start + shorter)
    if (without !== undefined) yield without
    for (const [letter, range] of lettersBehind(words, start)) {
      const longer = placeOf(words, start + letter + rest, range)
      if (longer !== undefined) yield longer
      const exchanged = placeOf(words, start + letter + shorter, range)
      if (exchanged !== undefined) yield exchanged
    }
  }
}

/** The letters that come next in words that begin so, each with where these stand. */
function* lettersBehind(words: SortedTexts, start: string): Generator<readonly [string, Range]> {
  let [at, to] = startingWith(words, start)
  if (placeOf(words, start, [at, to]) === at) at++
  while (at < to) {
    const letter = letterAt(words, at, start.length)
    const next = firstFrom(words, start + letter + BEHIND, [at, to])
    yield [letter, [at, next]]
    at = next
  }
}

function letterAt({ bytes, starts }: SortedTexts, index: number, skipped: number): string {
  const first = (starts[index] ?? 0) + skipped
  let end = first + 1
  while (end < (starts[index + 1] ?? 0) && ((bytes[end] ?? 0) & 0xc0) === 0x80) end++
  return end === first + 1 ? String.fromCharCode(bytes[first] ?? 0) : bytes.toString('latin1', first, end)
}
