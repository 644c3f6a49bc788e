import { crc32, gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../../../test/support/random.ts'
import { combineCrc32 } from '../../src/views/crc32.ts'
import { compress, joinPieces, unpackPieces } from '../../src/views/gzip-pieces.ts'

const WORDS = ['widget', '"version":"1.0.0"', 'é', '漢字', '🎁', '\u2028', '{},', ' ']
const seed = 1
const random = randomFrom(seed)

/** Of up to so many words. */
function randomText(words: number): string {
  const count = Math.floor(random() * words)
  return Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)]).join('')
}

describe(`pieces that were compressed by themselves (seed ${seed})`, () => {
  it.each([[[]], [['']], [['a']], [['', '']], [['', 'a', '']], [['é', '漢字', '🎁']]])(
    'of %j are joined to what gunzip makes their texts of',
    async (texts) => {
      await expectJoined(texts)
    },
  )

  it('are joined in any number and size', async () => {
    for (let run = 0; run < 60; run++)
      await expectJoined(Array.from({ length: Math.floor(random() * 20) }, () => randomText(2000)))
  })

  it('are joined also when they are larger than all that zlib looks at together', async () => {
    await expectJoined([randomText(300_000), 'a'.repeat(2_000_000), '', randomText(300_000)])
  })

  it('can be joined again and again, and in another order', async () => {
    const [one, other] = [await compress('one'), await compress('other')]
    expect(String(gunzipSync(joinPieces([one, other, one])))).toBe('oneotherone')
    expect(String(gunzipSync(joinPieces([other, one])))).toBe('otherone')
  })

  it('keep no more memory than they have bytes', async () => {
    const piece = await compress(randomText(1000))
    expect(piece.deflated.buffer.byteLength).toBe(piece.deflated.length)
    const joined = joinPieces([piece, piece])
    expect(joined.buffer.byteLength).toBe(joined.length)
  })
})

async function expectJoined(texts: readonly string[]): Promise<void> {
  const joined = joinPieces(await Promise.all(texts.map(compress)))
  const expected = Buffer.from(texts.join(''))
  // Some clients read the first member of several, and no more.
  const { buffer, engine } = gunzipInfo(joined)
  expect(buffer.equals(expected)).toBe(true)
  expect(engine.bytesWritten).toBe(joined.length)
  const unpacked = await unpackPieces(joined)
  expect(expected.equals(unpacked)).toBe(true)
  expect(unpacked.buffer.byteLength).toBe(unpacked.length)
}

function gunzipInfo(bytes: Uint8Array) {
  return gunzipSync(bytes, { info: true }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } }
}

describe('the CRC-32 of two parts', () => {
  it('is that of the whole', () => {
    for (let run = 0; run < 300; run++) {
      const [one, other] = [Buffer.from(randomText(300)), Buffer.from(randomText(300))]
      expect(combineCrc32(crc32(one), crc32(other), other.length)).toBe(crc32(other, crc32(one)))
    }
  })

  it('is that of the whole where the second is as long as documents get', () => {
    const [one, other] = [Buffer.from('before'), Buffer.alloc(40_000_003, 'x')]
    expect(combineCrc32(crc32(one), crc32(other), other.length)).toBe(crc32(other, crc32(one)))
  })
})
