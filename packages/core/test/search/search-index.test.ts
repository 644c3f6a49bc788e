import { describe, expect, it } from 'vitest'
import type { Listing } from '../../src/search/listing.ts'
import { ranked } from '../../src/search/ranked.ts'
import { createSearchIndex, type SearchIndex } from '../../src/search/search-index.ts'
import { parseSearchText } from '../../src/search/search-query.ts'
import { asName } from '../support.ts'
import { createNaiveIndex } from './naive-index.ts'

const PACKAGES = 150
const CHANGES = 1000

const words = ['state', 'stats', 'slate', 'machine', 'größe', 'große', '𠀀木', '豈木', 'x']
const people = ['ann', 'ann lee', 'lee', 'bob']
const texts = [
  '',
  'state',
  'stat',
  'st machine',
  'statf',
  'grxße',
  '𠀀木',
  '豈木 x',
  'package acme',
  'package-1',
  '@acme/package-3',
  '@acme state',
  '@acme not:deprecated',
  'x keywords:slate,machine',
  'author:lee',
  'maintainer:bob is:unstable not:deprecated',
  'not:unstable',
  'nothing',
]

/** Numbers that look random, and are the same for the same seed. */
function createRandom(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

function randomListing(random: (limit: number) => number, number: number): Listing {
  const some = <T>(list: readonly T[], most: number) =>
    Array.from({ length: random(most + 1) }, () => list[random(list.length)] as T)
  const time = new Date(Date.UTC(2024, 0, 1) + random(1000)).toISOString()
  const [author] = some(people, 1)
  const repository = { host: 'git.test', owner: 'größe', name: `r${number % 3}`, id: number % 3 }
  return {
    name: nameOf(number),
    version: random(4) === 0 ? '0.1.0' : '1.0.0',
    description: some(words, 4).join(' '),
    keywords: some(words, 2),
    ...(author !== undefined && { author: { name: author } }),
    maintainers: some(people, 2).map((name) => ({ name })),
    stars: some(people, 1),
    links: {},
    date: time,
    modified: time,
    distTags: {},
    isDeprecated: random(4) === 0,
    ...(random(2) === 0 && { repository }),
  }
}

function nameOf(number: number) {
  return asName(`${['@acme/', '@open/', ''][number % 3]}package-${Math.floor(number / 3)}`)
}

function expectSame(index: SearchIndex, model: ReturnType<typeof createNaiveIndex>) {
  for (const text of texts)
    for (const slack of [0, 1] as const) {
      const query = parseSearchText(text)
      expect(ranked([...index.find(query, slack)])).toEqual(ranked(model.find(query, slack)))
    }
  const half = Date.UTC(2024, 0, 1) + 500
  expect(ranked([...index.changedSince(half)])).toEqual(ranked(model.changedSince(half)))
}

describe('a search index', () => {
  it.each([1, 2, 3])(
    'finds the same in the same order however it came about, while it is tidied too (seed %i)',
    (seed) => {
      const random = createRandom(seed)
      const [index, model] = [createSearchIndex(), createNaiveIndex()]
      let tidying: Iterator<void> | undefined
      let tidied = 0
      for (let change = 0; change < CHANGES; change++) {
        const number = random(PACKAGES)
        const listing = random(4) === 0 ? undefined : randomListing(random, number)
        for (const each of [index, model]) each.set(nameOf(number), listing)
        if (tidying === undefined && index.isUntidy()) tidying = index.tidy()[Symbol.iterator]()
        if (tidying?.next().done) {
          tidying = undefined
          tidied++
        }
        if (random(50) === 0) expectSame(index, model)
      }
      expect(tidied).toBeGreaterThan(5)
      expectSame(index, model)
    },
  )
})
