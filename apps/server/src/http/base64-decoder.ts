import { RegistryError } from '@nmr/core'

/** Decodes one base64 text that arrives in pieces cut anywhere. */
export interface Base64Decoder {
  /** @throws RegistryError `invalid_tarball` */
  decode(piece: Uint8Array): Uint8Array
  /**
   * Call once, after the last piece.
   *
   * @throws RegistryError `invalid_tarball` when the text stopped inside a group of four
   */
  end(): void
}

/**
 * Makes a decoder that takes canonical base64 only. Node's own skips what it does not know, which leaves fewer bytes
 * than there should be: that is much faster to see than to look at each character here.
 */
export function createBase64Decoder(): Base64Decoder {
  let carry = ''
  let padded = false
  return {
    decode(piece) {
      const text = carry + latin1(piece)
      const whole = text.length - (text.length % 4)
      carry = text.slice(whole)
      if (padded && text !== '') throw notBase64('it goes on after its padding')
      const groups = text.slice(0, whole)
      const bytes = Buffer.from(groups, 'base64')
      if (!isCanonical(groups, bytes))
        throw notBase64('it holds another character, or padding in the wrong place')
      padded ||= groups.endsWith('=')
      return bytes
    },
    end() {
      if (carry !== '') throw notBase64('its length is not a multiple of 4')
    },
  }
}

/** Whether `bytes`, as Node decoded them, are all that `groups` say, in the one way to say it. */
function isCanonical(groups: string, bytes: Buffer): boolean {
  const padding = groups.endsWith('==') ? 2 : groups.endsWith('=') ? 1 : 0
  if (bytes.length !== (groups.length / 4) * 3 - padding) return false
  // Node knows the alphabet for addresses too, and does not look at the bits that the last character has left over.
  if (groups.includes('-') || groups.includes('_')) return false
  return padding === 0 || bytes.toString('base64', bytes.length - 3 + padding) === groups.slice(-4)
}

function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1')
}

function notBase64(problem: string): RegistryError {
  return new RegistryError('invalid_tarball', `the tarball's data is not base64: ${problem}`)
}
