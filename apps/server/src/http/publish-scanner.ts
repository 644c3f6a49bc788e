import { RegistryError } from '@nmr/core'
import { createDocumentBuffer } from './document-buffer.ts'
import { MAX_DEPTH, MAX_VALUES } from './json-shape.ts'

/** Finds the tarball in a publish body that arrives in chunks cut anywhere. */
export interface PublishScanner {
  /**
   * Takes the next chunk and yields what it holds of the tarball's data. Iterate it to its end before the next.
   *
   * @throws RegistryError `invalid_request`, `too_large`
   */
  scan(chunk: Uint8Array): Iterable<TarballPiece>
  /**
   * The JSON without the tarball's data. Whether it is valid JSON is still to be seen, and it is if the body was.
   *
   * @throws RegistryError `invalid_request`
   */
  end(): string
}

/** A part of the `data` of an attachment, as it stands between the quotes. */
export interface TarballPiece {
  /** The attachment's key. */
  readonly key: string
  readonly bytes: Uint8Array
  readonly last: boolean
}

const TAB = 0x09
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** Bytes: what is decoded at once, however large a chunk is. */
const MAX_PIECE = 256 * 1024

/** How many keys an object on the way to the data may have: all are remembered. Clients send a dozen. */
const MAX_KEYS = 10_000

/**
 * Makes a scanner. It follows strings and nesting, and of all keys reads only those on the way from the root by
 * `_attachments` and a file to its `data`. That string is taken out unless the file is a `.sigstore`: base64 has no
 * escapes, so it ends at the next quote. One string is put for another, so the rest is valid JSON if the whole was.
 *
 * @param maxDocumentSize bytes of all that is not a tarball's data
 */
export function createPublishScanner(maxDocumentSize: number): PublishScanner {
  const document = createDocumentBuffer(maxDocumentSize)
  /** For each open object on the way to the data, the keys it has had. */
  const way: Set<string>[] = []
  let started = false
  let depth = 0
  let values = 0
  let inside: 'string' | 'data' | undefined
  let escaped = false
  let keyNext = false
  let keyStart: number | undefined
  let key = ''
  let file = ''
  let tarball: string | undefined

  function* scan(chunk: Uint8Array): Iterable<TarballPiece> {
    let kept = 0
    let at = 0
    const keep = () => {
      document.append(chunk.subarray(kept, at))
      kept = at
    }
    while (at < chunk.length) {
      if (inside === 'data') {
        const window = chunk.subarray(at, at + MAX_PIECE)
        const quote = window.indexOf(QUOTE)
        const bytes = quote < 0 ? window : window.subarray(0, quote)
        at += bytes.length
        kept = at
        if (quote >= 0) {
          at += 1
          inside = undefined
        }
        yield { key: file, bytes, last: quote >= 0 }
      } else if (inside === 'string') {
        const end = endOfString(chunk, at)
        at = end ?? chunk.length
        if (end === undefined) break
        inside = undefined
        if (keyStart === undefined) continue
        keep()
        takeKey(document.slice(keyStart, document.size()))
        keyStart = undefined
      } else if (chunk[at] !== QUOTE) {
        takeStructure(chunk[at])
        at += 1
      } else if (isTarballData()) {
        at += 1
        keep()
        takeTarball()
        inside = 'data'
      } else {
        if (keyNext && onTheWay()) keyStart = document.size() + at - kept
        at += 1
        inside = 'string'
      }
    }
    if (inside !== 'data') keep()
  }

  /** The offset behind the closing quote; `undefined` when it is not in this chunk. */
  function endOfString(chunk: Uint8Array, start: number): number | undefined {
    let at = escaped ? start + 1 : start
    for (; at < chunk.length; at++) {
      const byte = chunk[at]
      if (byte === BACKSLASH) at++
      else if (byte === QUOTE) break
    }
    escaped = at > chunk.length
    return at < chunk.length ? at + 1 : undefined
  }

  function takeStructure(byte: number | undefined): void {
    if (byte === SPACE || byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === TAB) return
    if (!started && byte !== OPEN_BRACE) throw invalid('it is not a JSON object')
    started = true
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET || byte === COMMA) values += 1
    if (values > MAX_VALUES) throw invalid(`it holds more than ${MAX_VALUES} values`)
    switch (byte) {
      case OPEN_BRACE:
        if (onTheWay() && (depth === 0 || (depth === 1 && key === '_attachments') || depth === 2)) {
          way.push(new Set())
          file = key
        }
        keyNext = true
        depth += 1
        break
      case OPEN_BRACKET:
        depth += 1
        break
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        if (onTheWay()) way.pop()
        depth -= 1
        break
      case COMMA:
        // Wrong inside an array, and of no consequence: there is none on the way.
        keyNext = true
        break
      case COLON:
        keyNext = false
        break
    }
    if (depth > MAX_DEPTH) throw invalid(`it is nested more than ${MAX_DEPTH} levels deep`)
  }

  function takeKey(literal: string): void {
    key = parseKey(literal)
    const met = way.at(-1)
    if (met?.has(key)) throw invalid(`it has the key ${shown(key)} twice`)
    if (met?.size === MAX_KEYS) throw invalid(`it has more than ${MAX_KEYS} keys in one object`)
    met?.add(key)
  }

  function takeTarball(): void {
    if (tarball !== undefined) throw invalid(`it has two tarballs, ${shown(tarball)} and ${shown(file)}`)
    tarball = file
  }

  const onTheWay = () => depth === way.length

  const isTarballData = () =>
    depth === 3 && onTheWay() && !keyNext && key === 'data' && !file.endsWith('.sigstore')

  return {
    scan,
    end() {
      if (!started) throw invalid(document.size() === 0 ? 'it is empty' : 'it is not a JSON object')
      if (depth > 0) throw invalid('it ends too early')
      return document.text()
    },
  }
}

function parseKey(literal: string): string {
  try {
    return JSON.parse(literal)
  } catch (cause) {
    throw invalid('it is not valid JSON', cause)
  }
}

function shown(key: string): string {
  return JSON.stringify(key.slice(0, 100))
}

function invalid(problem: string, cause?: unknown): RegistryError {
  return new RegistryError('invalid_request', `the body cannot be read: ${problem}`, { cause })
}
