import { RegistryError } from '@nmr/core'

/** How deep a body may be nested: deeper than any manifest, and shallow enough for whatever walks it by recursion. */
export const MAX_DEPTH = 1000

/**
 * How many values a document may hold, at whatever depth: a packument of ten thousand versions has about six hundred
 * thousand.
 */
export const MAX_VALUES = 750_000

const QUOTE = 0x22
const BACKSLASH = 0x5c

/**
 * Refuses a JSON text that would be a burden to parse: a few megabytes of nothing but brackets or short keys
 * take seconds and gigabytes when they are parsed, and next to nothing to look over.
 *
 * @throws RegistryError `invalid_request`
 */
export function assertShape(json: string, maxValues: number): void {
  let depth = 0
  let values = 0
  for (let at = 0; at < json.length; at++) {
    switch (json.charCodeAt(at)) {
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > MAX_DEPTH) throw unfit(`is nested more than ${MAX_DEPTH} levels deep`)
        if (++values > maxValues) throw unfit(`holds more than ${maxValues} values`)
        break
      case 0x2c: // ,
        if (++values > maxValues) throw unfit(`holds more than ${maxValues} values`)
        break
      case 0x5d: // ]
      case 0x7d: // }
        depth--
        break
      case QUOTE:
        at = endOfString(json, at)
    }
  }
}

/** Where the quote is that closes a string; the end where there is none. */
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

function unfit(problem: string): RegistryError {
  return new RegistryError('invalid_request', `the body cannot be read: it ${problem}`)
}
