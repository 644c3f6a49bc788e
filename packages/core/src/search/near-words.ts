import { firstFrom, placeOf, type Range, type SortedTexts, textAt } from './sorted-texts.ts'

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
    yield* found(words, [start + shorter])
    for (const [letter, range] of lettersBehind(words, start))
      yield* found(words, [start + letter + rest, start + letter + shorter], range)
  }
}

function found(words: SortedTexts, some: readonly string[], range?: Range): readonly number[] {
  return some.map((word) => placeOf(words, word, range)).filter((at) => at !== undefined)
}

/** The letters that come next in words that begin so, each with where these stand. */
function* lettersBehind(words: SortedTexts, start: string): Generator<readonly [string, Range]> {
  let [at, to] = startingWith(words, start)
  if (placeOf(words, start, [at, to]) === at) at++
  while (at < to) {
    const letter = textAt(words, at).slice(start.length).match(LETTER)?.[0] ?? ''
    const next = firstFrom(words, start + letter + BEHIND, [at, to])
    yield [letter, [at, next]]
    at = next
  }
}
