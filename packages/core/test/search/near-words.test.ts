import { describe, expect, it } from 'vitest'
import { oneLetterFrom, startingWith } from '../../src/search/near-words.ts'
import { createTextsWriter, utf8 } from '../../src/search/sorted-texts.ts'

const some = [
  'state',
  'stated',
  'estate',
  'stat',
  'slate',
  'stte',
  'sstate',
  'states',
  'tate',
  'machine',
  'größe',
  'gröẞe',
  '𠀀木',
  '豈木',
  'a',
]

/** As they stand in a segment. */
const inOrder = some.map((word) => ({ word, text: utf8(word) })).sort((a, b) => (a.text < b.text ? -1 : 1))
const writer = createTextsWriter()
for (const { text } of inOrder) writer.add(text)
const words = writer.texts()

/** Levenshtein's distance, as it is defined. */
function distance([first, ...one]: string[], [second, ...other]: string[]): number {
  if (first === undefined) return (second === undefined ? 0 : 1) + other.length
  if (second === undefined) return 1 + one.length
  const exchanged = distance(one, other) + (first === second ? 0 : 1)
  return Math.min(exchanged, distance(one, [second, ...other]) + 1, distance([first, ...one], other) + 1)
}

describe('words', () => {
  it.each(['', 's', 'stat', 'state', 'zzz', 'gr', 'grö', '𠀀'])(
    'are found by their beginning: %j',
    (prefix) => {
      const [from, to] = startingWith(words, utf8(prefix))
      const found = inOrder.slice(from, to).map(({ word }) => word)
      expect(found.sort()).toEqual(some.filter((word) => word.startsWith(prefix)).sort())
    },
  )

  it.each(['state', 'stat', 'tates', 'grüße', 'größ', 'grösse', 'machne', 'b', 'ab', '木', '丈木'])(
    'are found with one letter wrong: %s',
    (word) => {
      const found = new Set(Array.from(oneLetterFrom(words, utf8(word)), (at) => inOrder[at]?.word))
      found.delete(word)
      const expected = some.filter((other) => distance([...word], [...other]) === 1)
      expect([...found].sort()).toEqual(expected.sort())
    },
  )
})
