/** Bytes that come in one after another, and of which nobody knows how many there will be. */
export interface GrowingBytes {
  /** How many have come in. */
  length(): number
  /** A character for each byte. */
  addText(text: string): void
  /** A whole number from 0 to 2³¹ - 1, of which small ones take one byte: seven bits in each, the lowest first. */
  addNumber(value: number): void
  /** A copy without the room that is left. */
  bytes(): Buffer
}

const FIRST_ROOM = 64
const GROWTH = 1.5

export function createGrowingBytes(): GrowingBytes {
  let room = Buffer.allocUnsafeSlow(FIRST_ROOM)
  let length = 0

  function makeRoomFor(more: number): void {
    if (length + more <= room.length) return
    const larger = Buffer.allocUnsafeSlow(Math.ceil((length + more) * GROWTH))
    room.copy(larger, 0, 0, length)
    room = larger
  }

  return {
    length: () => length,
    addText(text) {
      makeRoomFor(text.length)
      for (let at = 0; at < text.length; at++) room[length++] = text.charCodeAt(at)
    },
    addNumber(value) {
      makeRoomFor(5)
      let rest = value
      for (; rest > 0x7f; rest >>>= 7) room[length++] = (rest & 0x7f) | 0x80
      room[length++] = rest
    },
    bytes() {
      const copy = Buffer.allocUnsafeSlow(length)
      room.copy(copy, 0, 0, length)
      return copy
    },
  }
}
