import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Has a server that closes end each connection when its answers have left. Node itself destroys one as soon as the end
 * of an answer was written, however much of it is still on its way to a slow client, and leaves one that was busy to
 * the client.
 */
export function closeWhenAnswered(server: Server): void {
  /** How many requests of a connection are not answered yet; of one that has had any. */
  const underWay = new Map<Socket, number>()

  // First of all: whoever works for a request may be the one that closes the server.
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const requests = underWay.get(socket)
    if (requests === undefined) socket.once('close', () => underWay.delete(socket))
    underWay.set(socket, (requests ?? 0) + 1)
    response.once('close', () => {
      const left = (underWay.get(socket) ?? 0) - 1
      // The connection may have closed first.
      if (left >= 0) underWay.set(socket, left)
      if (left === 0 && !server.listening) socket.destroySoon()
    })
  })
  server.closeIdleConnections = () => {
    for (const [socket, requests] of underWay) if (requests === 0) socket.destroySoon()
  }
}
