import { ownMemory } from './own-memory.ts'

/**
 * Small pieces of bytes that stay for a while, laid into pages that hold pieces of about one size: the room of one that
 * is given back is taken by the next. V8's heap and malloc would leave room between them in which nothing else fits.
 */
export interface Slabs {
  /** Copies up to `MAX_PIECE` bytes. The piece has to be freed once. */
  keep(bytes: Uint8Array): Piece
  /** Text of its bytes, one character each. */
  text(piece: Piece): string
  /** A copy. */
  bytes(piece: Piece): Uint8Array
  free(piece: Piece): void
}

/** Where bytes are kept. */
export interface Piece {
  readonly length: number
  readonly slab: Slab
  /** Where in the slab; -1 when it was freed. */
  at: number
}

interface Slab {
  readonly memory: Buffer
  /** Of its places. */
  readonly size: number
  /** Where nothing is. */
  readonly free: number[]
}

/** Bytes of the largest piece. */
export const MAX_PIECE = 16 * 1024

/** Bytes of a page. */
const PAGE = 64 * 1024

/** Bytes of the smallest place. */
const MIN_PLACE = 64

/** @param cacheSize bytes of the cache that they are for */
export function createSlabs(cacheSize: number): Slabs {
  /** By the size of their places, those in which a place is free. */
  const open = new Map<number, Set<Slab>>()

  function openSlab(size: number): Slab {
    const slabs = open.get(size) ?? new Set()
    open.set(size, slabs)
    const [first] = slabs
    if (first !== undefined) return first
    const free = Array.from({ length: placesIn(size) }, (_, place) => place * size)
    const slab = { memory: ownMemory(PAGE, cacheSize), size, free }
    slabs.add(slab)
    return slab
  }

  return {
    keep(bytes) {
      const slab = openSlab(placeFor(bytes.length))
      const at = slab.free.pop() ?? 0
      if (slab.free.length === 0) open.get(slab.size)?.delete(slab)
      slab.memory.set(bytes, at)
      return { length: bytes.length, slab, at }
    },
    text: (piece) => piece.slab.memory.toString('latin1', startOf(piece), piece.at + piece.length),
    bytes: (piece) => Buffer.from(piece.slab.memory.subarray(startOf(piece), piece.at + piece.length)),
    free(piece) {
      const { slab } = piece
      slab.free.push(startOf(piece))
      piece.at = -1
      // A page in which nothing is left goes back to the system.
      if (slab.free.length === placesIn(slab.size)) open.get(slab.size)?.delete(slab)
      else open.get(slab.size)?.add(slab)
    },
  }
}

function startOf({ at }: Piece): number {
  if (at === -1) throw new Error('these bytes were given back')
  return at
}

/** How many places of a size a page has. */
function placesIn(size: number): number {
  return Math.floor(PAGE / size)
}

/** Four sizes from a power of two to the next, so that at most a fifth of a place is empty. */
function placeFor(length: number): number {
  if (length > MAX_PIECE) throw new RangeError(`a piece has ${MAX_PIECE} bytes at most, not ${length}`)
  if (length <= MIN_PLACE) return MIN_PLACE
  const step = 2 ** (Math.floor(Math.log2(length - 1)) - 2)
  return Math.ceil(length / step) * step
}
