/**
 * How deep a body may be nested: deeper than any manifest, and shallow enough for whatever walks it by recursion. To
 * parse one of a few megabytes that are all brackets takes seconds and a gigabyte.
 */
export const MAX_DEPTH = 1000

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Whether a JSON text is nested deeper than `MAX_DEPTH`, without parsing it. */
export function isTooDeep(json: string): boolean {
  let depth = 0
  for (let at = 0; at < json.length; at++) {
    switch (json.charCodeAt(at)) {
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > MAX_DEPTH) return true
        break
      case 0x5d: // ]
      case 0x7d: // }
        depth--
        break
      case QUOTE:
        at = endOfString(json, at)
    }
  }
  return false
}

/** Where the quote is that closes a string; past the end where there is none. */
function endOfString(json: string, opening: number): number {
  for (let from = opening + 1; ; ) {
    const quote = json.indexOf('"', from)
    if (quote < 0) return json.length
    let escapes = quote
    while (json.charCodeAt(escapes - 1) === BACKSLASH) escapes--
    if ((quote - escapes) % 2 === 0) return quote
    from = quote + 1
  }
}
