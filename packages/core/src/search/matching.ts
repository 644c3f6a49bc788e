import { oneLetterFrom, startingWith } from './near-words.ts'
import { advance, cursorOf, type Postings, placeIn, rowOf, STRIDE, sizeOf } from './postings.ts'
import type { SearchQuery } from './search-query.ts'
import type { Segment } from './segment.ts'
import { utf8 } from './sorted-texts.ts'
import { weights } from './terms.ts'

/** Packages of a segment by number, ascending, and the score of each. */
export interface Matches {
  readonly numbers: readonly number[]
  readonly scores: readonly number[]
}

/** What fits a query in one segment. @param slack how many letters of each word may be wrong */
export type Matcher = (segment: Segment, query: SearchQuery, slack: 0 | 1) => Matches

/** That a package has one of these texts. */
interface Condition {
  readonly postings: Postings
  /** Row of each text → factor for the weight of its place; 0 where nothing is weighed. */
  readonly rows: ReadonlyMap<number, number>
}

/** Shorter words are looked for whole: half of all packages have a word that begins with any one letter. */
const MIN_PREFIX = 2
/** With one letter wrong, shorter words are other words. */
const MIN_FUZZY = 4

const EXACT_WORD = 2

export function createMatcher(): Matcher {
  // By package, and all 0 between two searches: made for each, they would take longer than to look for a rare word.
  /** 1 and the score of what is found, 0 for all others. */
  let scores = new Uint32Array(0)
  /** The same for the condition at hand. */
  let worth = new Uint16Array(0)

  function makeRoomFor(count: number): void {
    if (worth.length >= count) return
    scores = new Uint32Array(count)
    worth = new Uint16Array(count)
  }

  /** Notes what the condition is worth to the packages that may count, and says which they are. */
  function weigh({ postings, rows }: Condition, mayCount: (number: number) => boolean): readonly number[] {
    const held: number[] = []
    for (const [row, factor] of rows)
      for (const cursor = cursorOf(postings, row); advance(cursor); ) {
        const { number, place } = cursor
        if (!mayCount(number)) continue
        if (worth[number] === 0) held.push(number)
        note(number, factor, place)
      }
    return held
  }

  /** The same of a few packages, each of which is looked up. */
  function weighEach(found: readonly number[], { postings, rows }: Condition): void {
    for (const [row, factor] of rows)
      for (const number of found) {
        const place = placeIn(postings, row, number)
        if (place !== undefined) note(number, factor, place)
      }
  }

  function note(number: number, factor: number, place: number): void {
    const weight = 1 + factor * (weights[place] ?? 0)
    if ((worth[number] ?? 0) < weight) worth[number] = weight
  }

  /** What is there and meets the condition. */
  function begin(condition: Condition, gone: Uint8Array): readonly number[] {
    const found = weigh(condition, (number) => gone[number] === 0)
    for (const number of found) {
      scores[number] = worth[number] ?? 0
      worth[number] = 0
    }
    return found
  }

  function beginWithAll(gone: Uint8Array): readonly number[] {
    const found: number[] = []
    for (let number = 0; number < gone.length; number++) if (gone[number] === 0) found.push(number)
    for (const number of found) scores[number] = 1
    return found
  }

  /** What of it meets the condition, or does not. */
  function narrow(found: readonly number[], condition: Condition, isMet: boolean): readonly number[] {
    if (found.length * condition.rows.size * STRIDE < extentOf(condition)) weighEach(found, condition)
    else weigh(condition, (number) => scores[number] !== 0)
    return found.filter((number) => {
      const more = worth[number] ?? 0
      const stays = more > 0 === isMet
      scores[number] = stays ? (scores[number] ?? 0) + Math.max(0, more - 1) : 0
      worth[number] = 0
      return stays
    })
  }

  function takeScores(found: readonly number[]): readonly number[] {
    return found.map((number) => {
      const score = (scores[number] ?? 1) - 1
      scores[number] = 0
      return score
    })
  }

  return ({ terms, facets, gone }, { words, anyOf, noneOf }, slack) => {
    makeRoomFor(gone.length)
    // The fewest first: where nothing is left, nothing more is gone through.
    const [first, ...others] = [
      ...words.map((word) => wordCondition(terms, word, slack)),
      ...anyOf.map((group) => facetCondition(facets, group)),
    ].sort((one, other) => extentOf(one) - extentOf(other))
    let numbers = first === undefined ? beginWithAll(gone) : begin(first, gone)
    for (const other of others) if (numbers.length > 0) numbers = narrow(numbers, other, true)
    if (noneOf.length > 0) numbers = narrow(numbers, facetCondition(facets, noneOf), false)
    return { numbers, scores: takeScores(numbers) }
  }
}

/** Where a word stands, or one that begins with it, or one that is it but for a letter. */
function wordCondition(postings: Postings, word: string, slack: 0 | 1): Condition {
  const { texts } = postings
  const text = utf8(word)
  const rows = new Map<number, number>()
  if (slack > 0 && word.length >= MIN_FUZZY) for (const row of oneLetterFrom(texts, text)) rows.set(row, 1)
  if (word.length >= MIN_PREFIX) {
    const [from, to] = startingWith(texts, text)
    for (let row = from; row < to; row++) rows.set(row, 1)
  }
  const exact = rowOf(postings, text)
  if (exact !== undefined) rows.set(exact, EXACT_WORD)
  return { postings, rows }
}

function facetCondition(postings: Postings, facets: readonly string[]): Condition {
  const rows = facets.map((facet) => rowOf(postings, utf8(facet))).filter((row) => row !== undefined)
  return { postings, rows: new Map(rows.map((row) => [row, 0])) }
}

/** How much there is to go through, in bytes. */
function extentOf({ postings, rows }: Condition): number {
  let extent = 0
  for (const row of rows.keys()) extent += sizeOf(postings, row)
  return extent
}
