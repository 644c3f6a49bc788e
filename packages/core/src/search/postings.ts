import { createGrowingBytes } from './growing-bytes.ts'
import { createTextsWriter, placeOf, type SortedTexts } from './sorted-texts.ts'

/**
 * Which packages have a text, for each text of a segment: their numbers, ascending, each with a place from 0 to 3. A
 * number is written as how far it is from the one before it, which takes a byte or two together with the place.
 */
export interface Postings {
  readonly texts: SortedTexts
  /** Where those of each text start, and where the last ones end. */
  readonly starts: Uint32Array
  readonly bytes: Buffer
  /** Where one may begin in the middle of many, ascending, and the number of the package before. */
  readonly marks: { readonly at: Uint32Array; readonly number: Uint32Array }
}

/** One after the other of a text's postings: begins in front of the first, see `advance`. */
export interface Cursor {
  readonly bytes: Buffer
  readonly end: number
  at: number
  number: number
  place: number
}

/** Bits of a place. */
const PLACE = 2
/** Bytes from one mark to the next. */
export const STRIDE = 128

/** To be given texts in order, each once, and behind each its packages in order. */
export interface PostingsWriter {
  addText(text: string): void
  add(number: number, place: number): void
  postings(): Postings
}

export function createPostingsWriter(): PostingsWriter {
  const texts = createTextsWriter()
  const written = createGrowingBytes()
  const starts: number[] = []
  const marks: { readonly at: number[]; readonly number: number[] } = { at: [], number: [] }
  let [last, marked] = [0, 0]
  return {
    addText(text) {
      texts.add(text)
      starts.push(written.length())
      last = 0
      marked = written.length()
    },
    add(number, place) {
      if (written.length() - marked >= STRIDE) {
        marked = written.length()
        marks.at.push(marked)
        marks.number.push(last)
      }
      written.addNumber(((number - last) << PLACE) | place)
      last = number
    },
    postings() {
      const bytes = written.bytes()
      return {
        texts: texts.texts(),
        starts: new Uint32Array([...starts, bytes.length]),
        bytes,
        marks: { at: new Uint32Array(marks.at), number: new Uint32Array(marks.number) },
      }
    },
  }
}

/** @param row where the text stands */
export function cursorOf({ starts, bytes }: Postings, row: number): Cursor {
  return { bytes, at: starts[row] ?? 0, end: starts[row + 1] ?? 0, number: 0, place: 0 }
}

/** Goes on to the next; `false` behind the last. */
export function advance(cursor: Cursor): boolean {
  const { bytes, end } = cursor
  if (cursor.at === end) return false
  let byte = bytes[cursor.at++] ?? 0
  let value = byte & 0x7f
  for (let shift = 7; byte > 0x7f; shift += 7) {
    byte = bytes[cursor.at++] ?? 0
    value |= (byte & 0x7f) << shift
  }
  cursor.number += value >>> PLACE
  cursor.place = value & ((1 << PLACE) - 1)
  return true
}

/** The place of one package, without going through all; `undefined` when it does not have the text. */
export function placeIn(postings: Postings, row: number, number: number): number | undefined {
  const { at, number: before } = postings.marks
  const cursor = cursorOf(postings, row)
  const [from, to] = [firstNotBelow(at, cursor.at), firstNotBelow(at, cursor.end)]
  const mark = firstNotBelow(before, number, from, to) - 1
  if (mark >= from) {
    cursor.at = at[mark] ?? 0
    cursor.number = before[mark] ?? 0
  }
  while (advance(cursor))
    if (cursor.number >= number) return cursor.number === number ? cursor.place : undefined
  return undefined
}

/** How much there is to go through, in bytes. */
export function sizeOf({ starts }: Postings, row: number): number {
  return (starts[row + 1] ?? 0) - (starts[row] ?? 0)
}

/** The row of this very text, if there is one. */
export function rowOf(postings: Postings, text: string): number | undefined {
  return placeOf(postings.texts, text)
}

function firstNotBelow(list: Uint32Array, least: number, first = 0, end = list.length): number {
  let [from, to] = [first, end]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((list[middle] ?? 0) < least) from = middle + 1
    else to = middle
  }
  return from
}
