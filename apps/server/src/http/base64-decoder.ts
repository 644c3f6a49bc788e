import { RegistryError } from '@nmr/core'

/** Decodes one base64 text that arrives in pieces cut anywhere. */
export interface Base64Decoder {
  /**
   * Decodes a piece into memory of at least `decodedSize(piece)` bytes.
   *
   * @returns how many bytes it was
   * @throws RegistryError `invalid_tarball`
   */
  decode(piece: Uint8Array, into: Uint8Array): number
  /**
   * Call once, after the last piece.
   *
   * @throws RegistryError `invalid_tarball` when the text stopped inside a group of four
   */
  end(): void
}

/** Bytes that a piece decodes to at most, with what the pieces before have left over. */
export function decodedSize({ length }: Uint8Array): number {
  return Math.ceil((3 + length) / 4) * 3
}

const EQUALS = 0x3d
const NOT_BASE64 = -1

/** Of each byte the six bits that it stands for. */
const BITS = new Int8Array(256).fill(NOT_BASE64)
Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/').forEach((byte, bits) => {
  BITS[byte] = bits
})

/**
 * Makes a decoder that takes canonical base64 only. Node's own skips whatever it does not know, and wants strings:
 * those of a large tarball are garbage that the process grows by.
 */
export function createBase64Decoder(): Base64Decoder {
  /** The beginning of a group whose end is still to come. */
  let carry = new Uint8Array()
  let padded = false

  /** @returns where the bytes end */
  function decodeGroups(text: Uint8Array, into: Uint8Array, start: number): number {
    if (padded && text.length > 0) throw notBase64('it goes on after its padding')
    const decoded = decodeWhole(text, into, start)
    const end = start + (decoded / 4) * 3
    if (decoded === text.length) return end
    padded = true
    return decodePadded(text.subarray(decoded), into, end)
  }

  return {
    decode(piece, into) {
      const first = carry.length === 0 ? 0 : Math.min(4 - carry.length, piece.length)
      const joined = Buffer.concat([carry, piece.subarray(0, first)])
      const start = joined.length === 4 ? decodeGroups(joined, into, 0) : 0
      const rest = piece.length - ((piece.length - first) % 4)
      const end = decodeGroups(piece.subarray(first, rest), into, start)
      carry = joined.length === 4 || joined.length === 0 ? piece.slice(rest) : joined
      return end
    },
    end() {
      if (carry.length > 0) throw notBase64('its length is not a multiple of 4')
    },
  }
}

/**
 * Decodes groups up to the first that has another character in it.
 *
 * @returns how many characters were decoded
 */
function decodeWhole(text: Uint8Array, into: Uint8Array, start: number): number {
  let to = start
  for (let at = 0; at < text.length; at += 4) {
    // Negative if one of them is.
    const bits =
      (bitsOf(text[at]) << 18) |
      (bitsOf(text[at + 1]) << 12) |
      (bitsOf(text[at + 2]) << 6) |
      bitsOf(text[at + 3])
    if (bits < 0) return at
    into[to++] = bits >> 16
    into[to++] = bits >> 8
    into[to++] = bits
  }
  return text.length
}

/** The last group of all: `xx==` or `xxx=`, with nothing in the bits that are left over. */
function decodePadded(text: Uint8Array, into: Uint8Array, start: number): number {
  const padding = text.length !== 4 || text[3] !== EQUALS ? 0 : text[2] === EQUALS ? 2 : 1
  const third = padding === 2 ? 0 : bitsOf(text[2])
  const bits = (bitsOf(text[0]) << 18) | (bitsOf(text[1]) << 12) | (third << 6)
  const leftOver = padding === 2 ? 0xffff : 0xff
  if (padding === 0 || bits < 0 || (bits & leftOver) !== 0)
    throw notBase64('it holds another character, or padding in the wrong place')
  into[start] = bits >> 16
  into[start + 1] = bits >> 8
  return start + 3 - padding
}

function bitsOf(byte: number | undefined): number {
  return BITS[byte ?? 0] ?? NOT_BASE64
}

function notBase64(problem: string): RegistryError {
  return new RegistryError('invalid_tarball', `the tarball's data is not base64: ${problem}`)
}
