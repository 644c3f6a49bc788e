import { createMemoryMetadataStore } from '@nmr/core/testing'
import { expect, it } from 'vitest'
import { createLiveIndex } from '../../src/search/live-index.ts'
import type { SearchIndex } from '../../src/search/search-index.ts'
import { parseSearchText } from '../../src/search/search-query.ts'
import { asName } from '../support.ts'
import { fill } from './support.ts'

it('has an index put together when it is made, and again and again while packages change', async () => {
  const metadata = createMemoryMetadataStore()
  await fill(metadata, 1000)
  const live = createLiveIndex(metadata)
  const index = await live.current()
  expect(index.isUntidy()).toBe(false)
  // One segment of all: another one is neither worn nor one of several.
  expect([...index.join()]).toEqual([])
  expect(countIn(index)).toBe(1000)

  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < 500; n++) live.changed(asName(`@acme/many-${String(n).padStart(4, '0')}`))
    await live.current()
    // Whatever changes next has it begun where it is not under way.
    for (let turn = 0; index.isUntidy() && turn < 1000; turn++) {
      live.changed(asName('@acme/many-0999'))
      await live.current()
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(index.isUntidy()).toBe(false)
    expect(countIn(index)).toBe(1000)
  }
})

function countIn(index: SearchIndex): number {
  return [...index.find(parseSearchText('many'), 0)].length
}
