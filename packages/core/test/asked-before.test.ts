import { expect, it } from 'vitest'
import { createAskedBefore } from '../src/asked-before.ts'

const keys = Array.from({ length: 1000 }, (_, n) => `/@acme%2fpackage-${n}\nregistry.test\n*/*\ngzip\n`)

it('tells a key that was asked about before from one that was not', () => {
  const askedBefore = createAskedBefore()
  expect(keys.filter(askedBefore)).toEqual([])
  // Few have been forgotten for another one.
  expect(keys.filter(askedBefore).length).toBeGreaterThan(950)
})

it('forgets in time what others have come after', () => {
  const askedBefore = createAskedBefore()
  for (const key of keys) askedBefore(key)
  for (let n = 0; n < 500_000; n++) askedBefore(`other ${n}`)
  expect(keys.filter(askedBefore).length).toBeLessThan(50)
})
