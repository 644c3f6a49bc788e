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
 * Makes a decoder that takes canonical base64 only. Node's own skips whatever it does not know, so what it made is
 * encoded again and compared: several times faster than looking at each character here.
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
      if (bytes.toString('base64') !== groups)
        throw notBase64('it holds another character, or padding in the wrong place')
      padded ||= groups.endsWith('=')
      return bytes
    },
    end() {
      if (carry !== '') throw notBase64('its length is not a multiple of 4')
    },
  }
}

function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1')
}

function notBase64(problem: string): RegistryError {
  return new RegistryError('invalid_tarball', `the tarball's data is not base64: ${problem}`)
}
