import { advance, type Cursor, createPostingsWriter, cursorOf, type Postings } from './postings.ts'
import { remove, type Segment, segmentOf } from './segment.ts'
import { countOf, createTextsWriter, type SortedTexts, textAt } from './sorted-texts.ts'

/** So many texts or postings are gone through in a step: a tenth of a millisecond. */
const STEP = 500

/** In the place of a number, of a package that is gone. */
const GONE = -1

/**
 * One segment of all packages that are there in these, each of which is in one of them. Between two steps anything may be
 * found in them and removed from them: what is removed is not there in the new one, either.
 */
export function* mergeSegments(segments: readonly Segment[]): Generator<void, Segment> {
  const names = createTextsWriter()
  const modified: number[] = []
  /** By segment, the new number of each package. */
  const renumbered = segments.map(({ gone }) => new Int32Array(gone.length).fill(GONE))

  let texts = 0
  for (const [name, holders] of inOrder(segments.map((segment) => segment.names))) {
    for (const [list, number] of holders) {
      const segment = segments[list]
      const numbers = renumbered[list]
      if (segment === undefined || numbers === undefined || segment.gone[number] === 1) continue
      names.add(name)
      numbers[number] = modified.push(segment.modified[number] ?? 0) - 1
    }
    if (++texts % STEP === 0) yield
  }

  const merged = segmentOf({
    names: names.texts(),
    modified: Float64Array.from(modified),
    terms: yield* mergePostings(
      segments.map(({ terms }) => terms),
      renumbered,
    ),
    facets: yield* mergePostings(
      segments.map(({ facets }) => facets),
      renumbered,
    ),
    repositories: yield* mergePostings(
      segments.map(({ repositories }) => repositories),
      renumbered,
    ),
  })
  segments.forEach(({ gone }, list) => {
    renumbered[list]?.forEach((number, before) => {
      if (number !== GONE && gone[before] === 1) remove(merged, number)
    })
  })
  return merged
}

/** @param renumbered of each list, the new numbers of its packages */
function* mergePostings(
  lists: readonly Postings[],
  renumbered: readonly Int32Array[],
): Generator<void, Postings> {
  const writer = createPostingsWriter()
  let done = 0
  for (const [text, holders] of inOrder(lists.map(({ texts }) => texts))) {
    const streams: Stream[] = []
    for (const [list, row] of holders) {
      const [postings, numbers] = [lists[list], renumbered[list]]
      if (postings === undefined || numbers === undefined) continue
      const stream = { cursor: cursorOf(postings, row), numbers, number: GONE }
      if (goOn(stream)) streams.push(stream)
    }
    if (streams.length > 0) writer.addText(text)
    while (streams.length > 0) {
      const next = lowest(streams)
      writer.add(next.number, next.cursor.place)
      if (!goOn(next)) streams.splice(streams.indexOf(next), 1)
      if (++done % STEP === 0) yield
    }
    if (++done % STEP === 0) yield
  }
  return writer.postings()
}

/** The packages of one list that are there, by their new numbers. */
interface Stream {
  readonly cursor: Cursor
  readonly numbers: Int32Array
  number: number
}

function goOn(stream: Stream): boolean {
  while (advance(stream.cursor)) {
    stream.number = stream.numbers[stream.cursor.number] ?? GONE
    if (stream.number !== GONE) return true
  }
  return false
}

function lowest(streams: readonly Stream[]): Stream {
  return streams.reduce((low, stream) => (stream.number < low.number ? stream : low))
}

/** Every text of these once, in order, with the lists that have it and where it stands in each. */
function* inOrder(
  lists: readonly SortedTexts[],
): Generator<readonly [string, readonly (readonly [list: number, at: number])[]]> {
  const places = lists.map(() => 0)
  const next = lists.map((texts) => (countOf(texts) > 0 ? textAt(texts, 0) : undefined))
  while (true) {
    let first: string | undefined
    for (const text of next) if (text !== undefined && (first === undefined || text < first)) first = text
    if (first === undefined) return
    const holders: [number, number][] = []
    for (const [list, texts] of lists.entries()) {
      if (next[list] !== first) continue
      const at = places[list] ?? 0
      holders.push([list, at])
      places[list] = at + 1
      next[list] = at + 1 < countOf(texts) ? textAt(texts, at + 1) : undefined
    }
    yield [first, holders]
  }
}
