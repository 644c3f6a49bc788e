import { describe, expect, it } from 'vitest'
import type { Listing } from '../../src/search/listing.ts'
import { createSearchIndex, type SearchIndex } from '../../src/search/search-index.ts'
import { parseSearchText } from '../../src/search/search-query.ts'
import { asName } from '../support.ts'

function listing(n: number, description: string): Listing {
  const time = '2024-01-01T00:00:00.000Z'
  const name = asName(`@acme/package-${n}`)
  const people = { maintainers: [{ name: `person${n % 7}` }], stars: [] }
  const about = { description, keywords: [`keyword${n % 3}`], links: {}, distTags: {}, isDeprecated: false }
  return { name, version: '1.0.0', date: time, modified: time, ...people, ...about }
}

function found(index: SearchIndex, text: string): string[] {
  return [...index.find(parseSearchText(text), 0)].map(([{ name }, score]) => `${name} ${score}`).sort()
}

const texts = [
  '',
  'package',
  'common',
  'round3',
  'common round9',
  'keywords:keyword1',
  'person2 common',
  '@acme round9',
]

describe('a search index whose packages change again and again', () => {
  const PACKAGES = 300
  const ROUNDS = 10
  const [changed, fresh] = [createSearchIndex(), createSearchIndex()]
  const untidy: boolean[] = []
  for (let round = 0; round < ROUNDS; round++)
    for (let n = 0; n < PACKAGES; n++) {
      const { name, ...rest } = listing(n, `common words of round${round}`)
      changed.set(name, n % 10 === round ? undefined : { name, ...rest })
      untidy.push(changed.isUntidy())
    }
  for (let n = 0; n < PACKAGES; n++)
    if (n % 10 !== ROUNDS - 1)
      fresh.set(listing(n, '').name, listing(n, `common words of round${ROUNDS - 1}`))

  it('finds what a new one finds', () => {
    for (const text of texts) expect(found(changed, text)).toEqual(found(fresh, text))
  })

  it('says when what was taken out takes much room', () => {
    expect(untidy[PACKAGES]).toBe(false)
    expect(untidy.at(-1)).toBe(true)
  })

  it('finds the same while and after it is tidied, and uses the room again', () => {
    const expected = texts.map((text) => found(changed, text))
    for (const _ of changed.tidy()) expect(texts.map((text) => found(changed, text))).toEqual(expected)
    expect(texts.map((text) => found(changed, text))).toEqual(expected)
    expect(changed.isUntidy()).toBe(false)

    const last = `common words of round${ROUNDS}`
    for (const index of [changed, fresh])
      for (let n = 0; n < 2 * PACKAGES; n++) index.set(listing(n, '').name, listing(n, last))
    for (const text of [...texts, `round${ROUNDS}`]) expect(found(changed, text)).toEqual(found(fresh, text))
  })
})
