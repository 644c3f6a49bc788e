import type { PackageName } from '../model/package-name.ts'
import type { GoverningRepository } from '../model/repository.ts'
import { advance, createPostingsWriter, cursorOf, type Postings } from './postings.ts'
import { countOf, createTextsWriter, placeOf, type SortedTexts, textAt, utf8 } from './sorted-texts.ts'

/** A package as it comes into the index. */
export interface Indexed {
  readonly name: PackageName
  /** When anything of it changed last, in milliseconds since 1970. */
  readonly modified: number
  readonly repository: GoverningRepository | undefined
  /** See `termsOf`. */
  readonly terms: ReadonlyMap<string, number>
  /** See `facetsOf`. */
  readonly facets: ReadonlySet<string>
}

/**
 * Some packages of the index, in a few runs of bytes that are never written again. A package's number is its place in the
 * order of their names. Of what is not there any more, only that is noted.
 */
export interface Segment {
  readonly names: SortedTexts
  readonly modified: Float64Array
  readonly terms: Postings
  readonly facets: Postings
  /** By the repository's JSON. */
  readonly repositories: Postings
  /** Of each package, the row of its repository and 1; empty where no package has one. */
  readonly repositoryRows: Uint32Array
  /** Of each package, 1 when it is not there any more. */
  readonly gone: Uint8Array
  /** How many are still there. */
  left: number
}

/** What a segment is made of. */
export type SegmentParts = Omit<Segment, 'repositoryRows' | 'gone' | 'left'>

export function segmentOf(parts: SegmentParts): Segment {
  const count = countOf(parts.names)
  const gone = new Uint8Array(count)
  return { ...parts, repositoryRows: rowsByNumber(parts.repositories, count), gone, left: count }
}

/** A segment of a few packages, of different names. */
export function pack(packages: Iterable<Indexed>): Segment {
  const inOrder = [...packages].sort((one, other) => (one.name < other.name ? -1 : 1))
  const names = createTextsWriter()
  const [terms, facets, repositories]: [Lists, Lists, Lists] = [new Map(), new Map(), new Map()]
  inOrder.forEach((each, number) => {
    names.add(each.name)
    for (const [term, place] of each.terms) put(terms, term, number, place)
    for (const facet of each.facets) put(facets, facet, number, 0)
    if (each.repository !== undefined) put(repositories, JSON.stringify(each.repository), number, 0)
  })
  return segmentOf({
    names: names.texts(),
    modified: Float64Array.from(inOrder, ({ modified }) => modified),
    terms: postingsOf(terms),
    facets: postingsOf(facets),
    repositories: postingsOf(repositories),
  })
}

/** Where the package stands; `undefined` when it is not there, or not any more. */
export function numberOf({ names, gone }: Segment, name: PackageName): number | undefined {
  const number = placeOf(names, name)
  return number === undefined || gone[number] === 1 ? undefined : number
}

/** Notes that a package that is there is not there any more. */
export function remove(segment: Segment, number: number): void {
  segment.gone[number] = 1
  segment.left--
}

export function nameAt({ names }: Segment, number: number): PackageName {
  return textAt(names, number) as PackageName
}

/** The repository whose permissions decide about it. */
export function repositoryAt(
  { repositories, repositoryRows }: Segment,
  number: number,
): GoverningRepository | undefined {
  const row = repositoryRows[number] ?? 0
  return row === 0
    ? undefined
    : JSON.parse(Buffer.from(textAt(repositories.texts, row - 1), 'latin1').toString())
}

/** By text, the numbers and places of the packages that have it. */
type Lists = Map<string, [number, number][]>

function put(lists: Lists, text: string, number: number, place: number): void {
  const key = utf8(text)
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [[number, place]])
  else list.push([number, place])
}

function postingsOf(lists: Lists): Postings {
  const writer = createPostingsWriter()
  for (const text of [...lists.keys()].sort()) {
    writer.addText(text)
    for (const [number, place] of lists.get(text) ?? []) writer.add(number, place)
  }
  return writer.postings()
}

function rowsByNumber(postings: Postings, count: number): Uint32Array {
  const rows = countOf(postings.texts)
  const byNumber = new Uint32Array(rows === 0 ? 0 : count)
  for (let row = 0; row < rows; row++)
    for (const cursor = cursorOf(postings, row); advance(cursor); ) byNumber[cursor.number] = row + 1
  return byNumber
}
