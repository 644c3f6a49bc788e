import { createSlabs, type Piece, type Slabs } from '../slabs.ts'

/** Slabs, and the pieces that are in them now. */
export function countingSlabs(): { readonly slabs: Slabs; readonly held: ReadonlySet<Piece> } {
  const slabs = createSlabs(0)
  const held = new Set<Piece>()
  return {
    held,
    slabs: {
      ...slabs,
      keep(bytes) {
        const piece = slabs.keep(bytes)
        held.add(piece)
        return piece
      },
      free(piece) {
        held.delete(piece)
        slabs.free(piece)
      },
    },
  }
}
