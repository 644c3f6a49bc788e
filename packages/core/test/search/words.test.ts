import { describe, expect, it } from 'vitest'
import { createWords } from '../../src/search/words.ts'

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
  'a',
]

function wordsOf(all: readonly string[]) {
  const words = createWords()
  for (const word of all) words.add(word)
  return words
}

/** Levenshtein's distance, as it is defined. */
function distance(one: string, other: string): number {
  if (one === '' || other === '') return one.length + other.length
  const exchanged = distance(one.slice(1), other.slice(1)) + (one[0] === other[0] ? 0 : 1)
  return Math.min(exchanged, distance(one.slice(1), other) + 1, distance(one, other.slice(1)) + 1)
}

describe('words', () => {
  it.each(['', 's', 'stat', 'state', 'zzz', 'gr'])('are found by their beginning: %j', (prefix) => {
    const found = [...wordsOf(some).startingWith(prefix)]
    expect(found).toEqual(some.filter((word) => word.startsWith(prefix)).sort())
  })

  it.each(['state', 'stat', 'tates', 'grüße', 'grösse', 'machne', 'b', 'ab'])(
    'are found with one letter wrong: %s',
    (word) => {
      const found = new Set(wordsOf(some).oneLetterFrom(word))
      found.delete(word)
      expect([...found].sort()).toEqual(some.filter((other) => distance(word, other) === 1).sort())
    },
  )

  it('are found however many came in between', () => {
    const many = Array.from({ length: 10_000 }, (_, n) => `word${(n * 7919) % 10_000}`)
    const words = wordsOf(many)
    words.add('wordy')
    expect([...words.startingWith('word')]).toEqual([...many, 'wordy'].sort())
    expect([...words.keepOnly((word) => word.endsWith('7'))].length).toBeGreaterThan(10)
    expect([...words.startingWith('word')]).toEqual(many.filter((word) => word.endsWith('7')).sort())
  })

  it('are found when they come in while others are forgotten', () => {
    const words = wordsOf(some)
    for (const _ of words.keepOnly((word) => word.startsWith('s'))) {
      words.add('zebra')
      expect([...words.startingWith('z')]).toEqual(['zebra'])
    }
    expect([...words.startingWith('z')]).toEqual(['zebra'])
    expect([...words.startingWith('stat')]).toEqual(['stat', 'state', 'stated', 'states'])
  })
})
