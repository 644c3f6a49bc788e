import type { ServerResponse } from 'node:http'
import { ownMemory } from '@nmr/core'

/** Tarballs on their way to clients, piece by piece, through memory that is used again. */
export interface Transfers {
  /** Memory for the next piece of a tarball that is going to be sent; goes back when the piece was. */
  allocate(size: number): Uint8Array
  /**
   * Sends all of `body`, and ends the answer. Stops when the client has hung up.
   *
   * @throws what `body` throws; the answer has not ended then
   */
  send(response: ServerResponse, body: AsyncIterable<Uint8Array>): Promise<void>
}

/** Bytes of a piece: most tarballs are read and written in one go, which costs less than half of what small pieces do. */
const LARGE = 1.25 * 1024 * 1024

/** Transfers with large pieces at a time. */
const MAX_LARGE = 16

/** Large pieces that are kept to be used again: no more are between two transfers, nearly always, however many there are. */
const MAX_FREE = 4

/** Bytes of a piece while there are more transfers: slow clients hold on to theirs for long. */
const SMALL = 256 * 1024

export function createTransfers(): Transfers {
  const free: Uint8Array[] = []
  const ours = new WeakSet<ArrayBufferLike>()
  let underWay = 0

  function takeBack({ buffer }: Uint8Array): void {
    if (ours.has(buffer) && free.length < MAX_FREE) free.push(new Uint8Array(buffer))
  }

  return {
    allocate(size) {
      if (underWay > MAX_LARGE) return ownMemory(Math.min(size, SMALL))
      const used = free.pop()
      if (used !== undefined) return used
      const made = ownMemory(LARGE)
      ours.add(made.buffer)
      return made
    },
    async send(response, body) {
      underWay += 1
      try {
        for await (const piece of body) {
          if (!(await isSent(response, piece))) return
          takeBack(piece)
        }
        response.end()
      } finally {
        underWay -= 1
      }
    },
  }
}

/** Waits until the system has taken a piece over; `false` when the client has hung up. */
function isSent(response: ServerResponse, piece: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    // An answer that waits for those before it is told neither that it was sent nor that its connection is closed.
    const { socket } = response.req
    if (socket.destroyed) return resolve(false)
    const hungUp = () => resolve(false)
    socket.once('close', hungUp)
    response.write(piece, (error) => {
      socket.off('close', hungUp)
      resolve(error == null)
    })
  })
}
