/** The bytes of a source, in portions of whatever length is asked for. One request at a time. */
export interface Portions {
  /** Whether nothing is left. */
  atEnd(): Promise<boolean>
  /** Exactly so many bytes. @throws Error when fewer are left */
  take(length: number): Promise<Buffer>
  /** Leaves out so many bytes. @throws Error when fewer are left */
  skip(length: number): Promise<void>
  /** Some bytes, as many as there are without waiting; none at the end. */
  some(): Promise<Buffer>
  /** Lets go of the source. */
  close(): Promise<void>
}

const NONE: Buffer = Buffer.alloc(0)

export function createPortions(source: AsyncIterable<Uint8Array>): Portions {
  const chunks = source[Symbol.asyncIterator]()
  let left = NONE

  async function atEnd(): Promise<boolean> {
    while (left.length === 0) {
      const { done, value } = await chunks.next()
      if (done === true) return true
      left = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    }
    return false
  }

  async function some(max = Number.POSITIVE_INFINITY): Promise<Buffer> {
    if (left.length === 0 && (await atEnd())) return NONE
    const piece = left.subarray(0, max)
    left = left.subarray(piece.length)
    return piece
  }

  async function pieces(length: number, each: (piece: Buffer) => void): Promise<void> {
    for (let missing = length; missing > 0; ) {
      const piece = await some(missing)
      if (piece === NONE) throw new Error('it ends too early')
      missing -= piece.length
      each(piece)
    }
  }

  return {
    atEnd,
    some: () => some(),
    skip: (length) => pieces(length, () => {}),
    async take(length) {
      const taken: Buffer[] = []
      await pieces(length, (piece) => taken.push(piece))
      return taken.length === 1 && taken[0] !== undefined ? taken[0] : Buffer.concat(taken)
    },
    async close() {
      await chunks.return?.()
    },
  }
}
