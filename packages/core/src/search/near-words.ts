import { firstFrom, placeOf, type Range, type SortedTexts } from './sorted-texts.ts'

/** Sorts behind every letter, and is in no UTF-8. */
const BEHIND = '\xff'

/** A letter, of as many bytes as it has. */
const LETTER = /[^\x80-\xbf][\x80-\xbf]*/g

/** Where the words stand that begin so. @param range which all of these are known to be in; all by default */
export function startingWith(words: SortedTexts, prefix: string, range?: Range): Range {
  return [firstFrom(words, prefix, range), firstFrom(words, prefix + BEHIND, range)]
}

/** Where the words stand that this one becomes when one of its letters is left out, put in or exchanged. */
export function* oneLetterFrom(words: SortedTexts, word: string): Generator<number> {
  const letters = word.match(LETTER) ?? []
  let range: Range | undefined
  for (let right = 0; right <= letters.length; right++) {
    const [start, rest] = [letters.slice(0, right).join(''), letters.slice(right).join('')]
    range = startingWith(words, start, range)
    // Nor is there a word of which more is right.
    if (range[0] === range[1]) return
    const shorter = letters.slice(right + 1).join('')
    const without = placeOf(words, start + shorter, range)
    if (without !== undefined) yield without
    for (const [letter, those] of lettersBehind(words, start, range)) {
      const longer = placeOf(words, start + letter + rest, those)
      if (longer !== undefined) yield longer
      const exchanged = placeOf(words, start + letter + shorter, those)
      if (exchanged !== undefined) yield exchanged
    }
  }
}

/** The letters that come next in the words that begin so, each with where these stand. */
function* lettersBehind(
  words: SortedTexts,
  start: string,
  [from, to]: Range,
): Generator<readonly [string, Range]> {
  let at = placeOf(words, start, [from, to]) === from ? from + 1 : from
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
