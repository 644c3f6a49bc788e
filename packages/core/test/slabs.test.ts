import { createSlabs, MAX_PIECE, type Piece } from '@nmr/core'
import { describe, expect, it } from 'vitest'

describe('slabs', () => {
  it.each([0, 1, 63, 64, 65, 1200, 4096, 4097, MAX_PIECE])('give back what they keep: %i bytes', (length) => {
    const slabs = createSlabs(1e6)
    const bytes = Uint8Array.from({ length }, (_, at) => at * 7)
    const piece = slabs.keep(bytes)
    expect(piece.length).toBe(length)
    expect(Buffer.from(slabs.bytes(piece))).toEqual(Buffer.from(bytes))
    expect(slabs.text(piece)).toBe(Buffer.from(bytes).toString('latin1'))
  })

  it('keep pieces of all sizes apart, whatever comes and goes', () => {
    const slabs = createSlabs(1e6)
    let seed = 1
    const random = (below: number) => {
      seed = (seed * 48271) % 2147483647
      return seed % below
    }
    const kept = new Map<Piece, Buffer>()
    for (let round = 0; round < 5000; round++) {
      const [oldest] = kept.keys()
      if (oldest !== undefined && random(5) < 2 + (round > 3000 ? 1 : 0)) {
        kept.delete(oldest)
        slabs.free(oldest)
      } else {
        const bytes = Buffer.alloc(random(random(8) === 0 ? MAX_PIECE : 700), round)
        kept.set(slabs.keep(bytes), bytes)
      }
    }
    expect(kept.size).toBeGreaterThan(100)
    for (const [piece, bytes] of kept) expect(slabs.bytes(piece)).toEqual(bytes)
  })

  it('take the room of what was given back', () => {
    const slabs = createSlabs(1e6)
    const keep = (count: number) => Array.from({ length: count }, () => slabs.keep(new Uint8Array(1000)))
    const first = keep(1000)
    const pages = new Set(first.map(({ slab }) => slab))
    first.filter((_, n) => n % 2 === 0).forEach(slabs.free)
    for (const { slab } of keep(500)) expect(pages).toContain(slab)
  })

  it('keep no page in which nothing is left', () => {
    const slabs = createSlabs(1e6)
    const piece = slabs.keep(new Uint8Array(1000))
    slabs.free(piece)
    expect(slabs.keep(new Uint8Array(1000)).slab).not.toBe(piece.slab)
  })

  it('take less than a quarter more than the bytes that are kept', () => {
    const slabs = createSlabs(1e6)
    const pieces = Array.from({ length: 5000 }, (_, n) => slabs.keep(new Uint8Array(300 + (n % 3000))))
    const pages = new Set(pieces.map(({ slab }) => slab.memory))
    const taken = [...pages].reduce((sum, { length }) => sum + length, 0)
    const needed = pieces.reduce((sum, { length }) => sum + length, 0)
    expect(taken / needed).toBeLessThan(1.25)
  })

  it('refuse bytes that were given back, rather than give those of others', () => {
    const slabs = createSlabs(1e6)
    const piece = slabs.keep(Buffer.from('mine'))
    slabs.free(piece)
    slabs.keep(Buffer.from('of somebody else'))
    for (const use of [slabs.text, slabs.bytes, slabs.free]) expect(() => use(piece)).toThrow(/given back/)
  })

  it('refuse what is larger than a piece', () => {
    expect(() => createSlabs(1e6).keep(new Uint8Array(MAX_PIECE + 1))).toThrow(RangeError)
  })
})
