import { describe, expect, it } from 'vitest'
import { createBase64Decoder, decodedSize } from '../../src/http/base64-decoder.ts'

describe('a base64 decoder', () => {
  it('gives the same bytes wherever the text is cut', () => {
    for (let length = 0; length <= 10; length++) {
      const bytes = Buffer.from([0, 255, 62, 63, 250, 7, 128, 99, 191, 1].slice(0, length))
      const text = bytes.toString('base64')
      for (let first = 0; first <= text.length; first++) {
        for (let second = first; second <= text.length; second++) {
          expect(decoded(text.slice(0, first), text.slice(first, second), text.slice(second))).toEqual(bytes)
        }
      }
    }
  })

  it.each([
    ['a space', 'AAAA AAA'],
    ['a line break', 'AAAA\nAAA'],
    ['an escaped slash', 'AAA\\/AAA'],
    ['the URL alphabet', 'AA-_'],
    ['a letter of another alphabet', 'AAAé'],
    ['a length of 4n + 1', 'AAAAA'],
    ['missing padding', 'AAAAAA'],
    ['too much padding', 'A==='],
    ['padding only', '===='],
    ['padding within a group', 'AA=A'],
    ['a group after the padding', 'AA==AAAA'],
    ['a second end', 'AA==AA=='],
    ['bits that are left over', 'AB=='],
  ])('refuses %s, wherever the text is cut', (_, text) => {
    for (let cut = 0; cut <= text.length; cut++) {
      const decode = () => decoded(text.slice(0, cut), '', text.slice(cut))
      expect(decode).toThrow(/^the tarball's data is not base64: /)
      expect(decode).toThrow(expect.objectContaining({ code: 'invalid_tarball' }))
    }
  })
})

function decoded(...pieces: string[]): Buffer {
  const decoder = createBase64Decoder()
  const bytes = pieces.map((text) => {
    const piece = Buffer.from(text)
    const into = Buffer.alloc(decodedSize(piece))
    return into.subarray(0, decoder.decode(piece, into))
  })
  decoder.end()
  return Buffer.concat(bytes)
}
