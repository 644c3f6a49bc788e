import { describe, expect, it } from 'vitest'
import {
  listOf,
  noPostings,
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
  return all ?? noPostings
}

describe('postings', () => {
  // One, two, a short list, and one that grows in place; a number that is used again comes in below others.
  it.each([1, 2, 32, 33, 500])('say of each of %i packages what its word is worth', (count) => {
    const numbers = Array.from({ length: count }, (_, n) => (n * 173) % 1009)
    const postings = postingsOf(numbers)
    expect(Array.from(listOf(postings), numberOf)).toEqual([...numbers].sort((a, b) => a - b))
    for (let number = 0; number < 1009; number++)
      expect(placeIn(postings, number)).toBe(numbers.includes(number) ? number % 4 : undefined)
  })

  it.each([1, 2, 500])('give up what is not there any more, of %i', (count) => {
    const postings = postingsOf(Array.from({ length: count }, (_, n) => n))
    expect(onlyOf(postings, () => false)).toBeUndefined()
    expect(Array.from(listOf(onlyOf(postings, (number) => number === 0) ?? noPostings), numberOf)).toEqual([
      0,
    ])
    expect(listOf(onlyOf(postings, () => true) ?? noPostings)).toHaveLength(count)
  })
})
