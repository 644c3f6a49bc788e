import { createGrowingBytes } from './growing-bytes.ts'

/**
 * Different texts in order, found by halves. They stand one behind the other in one run of bytes, of which V8 knows
 * nothing: as strings they would take several times as much, and all of them would be looked at whenever garbage is
 * collected. Each is given as `utf8` has it, a character for a byte, and that is what their order is.
 */
export interface SortedTexts {
  readonly bytes: Buffer
  /** Where each starts, and where the last one ends. */
  readonly starts: Uint32Array
}

/** Places of texts, from the first to before the last. */
export type Range = readonly [from: number, to: number]

/** The text as UTF-8, in a string of a character for each byte. */
export function utf8(text: string): string {
  return /[\u0080-\uffff]/.test(text) ? Buffer.from(text).toString('latin1') : text
}

/** To be given texts in order, each once. */
export function createTextsWriter(): { add(text: string): void; texts(): SortedTexts } {
  const written = createGrowingBytes()
  const starts = [0]
  return {
    add(text) {
      written.addText(text)
      starts.push(written.length())
    },
    texts: () => ({ bytes: written.bytes(), starts: new Uint32Array(starts) }),
  }
}

/** How many there are. */
export function countOf({ starts }: SortedTexts): number {
  return starts.length - 1
}

export function textAt({ bytes, starts }: SortedTexts, index: number): string {
  return bytes.toString('latin1', starts[index], starts[index + 1])
}

/** Where this very text stands; `undefined` when it does not. @param range see `firstFrom` */
export function placeOf(texts: SortedTexts, text: string, range?: Range): number | undefined {
  const at = firstFrom(texts, text, range)
  return at < countOf(texts) && compare(texts, at, text) === 0 ? at : undefined
}

/** Where the first stands that does not sort before `least`. @param range which it is known to be in; all by default */
export function firstFrom(texts: SortedTexts, least: string, range: Range = [0, countOf(texts)]): number {
  let [from, to] = range
  while (from < to) {
    const middle = (from + to) >>> 1
    if (compare(texts, middle, least) < 0) from = middle + 1
    else to = middle
  }
  return from
}

/** Below 0 where the one that stands there sorts before the text, 0 where it is the text, above 0 else. */
function compare({ bytes, starts }: SortedTexts, index: number, text: string): number {
  const start = starts[index] ?? 0
  const length = (starts[index + 1] ?? 0) - start
  const shorter = Math.min(length, text.length)
  for (let at = 0; at < shorter; at++) {
    const difference = (bytes[start + at] ?? 0) - text.charCodeAt(at)
    if (difference !== 0) return difference
  }
  return length - text.length
}
