/** Keys that are told from others; a power of two. Four bytes each, and never more. */
const PLACES = 2 ** 16

/**
 * Tells whether a key was asked about before, as far as it remembers: many others since may have taken its place, and
 * once in four thousand million times another key looks like it.
 */
export function createAskedBefore(): (key: string) => boolean {
  const marks = new Uint32Array(PLACES)
  return (key) => {
    const mark = hash(key)
    const place = (mark ^ (mark >>> 16)) & (PLACES - 1)
    const isKnown = marks[place] === mark
    marks[place] = mark
    return isKnown
  }
}

/** FNV-1a, of the characters. */
function hash(text: string): number {
  let mixed = 0x811c9dc5
  for (let at = 0; at < text.length; at++) mixed = Math.imul(mixed ^ text.charCodeAt(at), 0x01000193)
  return mixed >>> 0
}
