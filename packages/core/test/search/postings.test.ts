import { describe, expect, it } from 'vitest'
import { advance, createPostingsWriter, cursorOf, placeIn, rowOf } from '../../src/search/postings.ts'

describe('postings', () => {
  it('say of each text which packages have it, near or far from each other, and at which place', () => {
    const lists = new Map([
      ['few', [3]],
      ['first', [0, 1, 2, 3]],
      // Steps at which a number takes another byte.
      ['large', [31, 32, 4095, 8191, 524_287, 67_108_863, 500_000_000]],
      ['many', Array.from({ length: 1000 }, (_, n) => n * 7)],
    ])
    const writer = createPostingsWriter()
    for (const [text, numbers] of lists) {
      writer.addText(text)
      for (const number of numbers) writer.add(number, number % 4)
    }
    const postings = writer.postings()
    for (const [text, numbers] of lists) {
      const cursor = cursorOf(postings, rowOf(postings, text) ?? -1)
      const read: (readonly [number, number])[] = []
      while (advance(cursor)) read.push([cursor.number, cursor.place])
      expect(read).toEqual(numbers.map((number) => [number, number % 4]))
      for (const number of [...numbers, 4, 6, 4096, 6994, 6999, 600_000_000])
        expect(placeIn(postings, rowOf(postings, text) ?? -1, number)).toBe(
          numbers.includes(number) ? number % 4 : undefined,
        )
    }
    expect(rowOf(postings, 'fe')).toBeUndefined()
    expect(rowOf(postings, 'zero')).toBeUndefined()
  })
})
