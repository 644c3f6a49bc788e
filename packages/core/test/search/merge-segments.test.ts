import type { GoverningRepository } from '@nmr/core'
import { describe, expect, it } from 'vitest'
import { mergeSegments } from '../../src/search/merge-segments.ts'
import { type Indexed, numberOf, pack, remove, type Segment } from '../../src/search/segment.ts'
import { countOf } from '../../src/search/sorted-texts.ts'
import { asName } from '../support.ts'

describe('merged segments', () => {
  it('keep no word, facet or repository that no package has any more', () => {
    const [one, other] = [pack([indexed('a'), indexed('b')]), pack([indexed('c')])]
    expect(sizes(merge([one, other]))).toEqual([3, 3, 3, 3])
    remove(one, numberOf(one, asName('a')) ?? -1)
    expect(sizes(merge([one, other]))).toEqual([2, 2, 2, 2])
    expect(sizes(merge([one]))).toEqual([1, 1, 1, 1])
  })

  it('are without what is removed while they are merged', () => {
    const one = pack([indexed('a'), indexed('b')])
    const steps = mergeSegments([one, pack(Array.from({ length: 1000 }, (_, n) => indexed(`c-${n}`)))])
    steps.next()
    for (const name of ['a', 'b']) remove(one, numberOf(one, asName(name)) ?? -1)
    const merged = lastOf(steps)
    expect([merged.left, numberOf(merged, asName('a'))]).toEqual([1000, undefined])
  })
})

function indexed(text: string): Indexed {
  const repository: GoverningRepository = { host: 'git.test', owner: 'acme', name: text, id: 1 }
  return { name: asName(text), modified: 0, repository, terms: new Map([[text, 0]]), facets: new Set([text]) }
}

function merge(segments: readonly Segment[]): Segment {
  return lastOf(mergeSegments(segments))
}

function lastOf(steps: Generator<void, Segment>): Segment {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

function sizes({ names, terms, facets, repositories }: Segment): number[] {
  return [names, terms.texts, facets.texts, repositories.texts].map(countOf)
}
