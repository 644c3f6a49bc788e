import { describe, expect, it } from 'vitest'
import {
  listOf,
  numberOf,
  onlyOf,
  type Postings,
  placeIn,
  posting,
  withPosting,
} from '../../src/search/postings.ts'

function postingsOf(numbers: readonly number[]): Postings {
  let all: Postings | undefined
  for (const number of numbers) all = withPosting(all, posting(number, number % 4))
  return all ?? []
}

describe('postings', () => {
  // One, two, a short list, and one that grows in place; a number that is used again comes in below others.
  it.each([1, 2, 64, 65, 500])('say of each of %i packages what its word is worth', (count) => {
    const numbers = Array.from({ length: count }, (_, n) => (n * 173) % 1009)
    const postings = postingsOf(numbers)
    expect(listOf(postings).map(numberOf)).toEqual([...numbers].sort((a, b) => a - b))
    for (let number = 0; number < 1009; number++)
      expect(placeIn(postings, number)).toBe(numbers.includes(number) ? number % 4 : undefined)
  })

  it.each([1, 2, 500])('give up what is not there any more, of %i', (count) => {
    const postings = postingsOf(Array.from({ length: count }, (_, n) => n))
    expect(onlyOf(postings, () => false)).toBeUndefined()
    expect(listOf(onlyOf(postings, (number) => number === 0) ?? []).map(numberOf)).toEqual([0])
    expect(listOf(onlyOf(postings, () => true) ?? [])).toHaveLength(count)
  })
})
