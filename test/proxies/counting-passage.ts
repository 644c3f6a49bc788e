import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { pipeline } from 'node:stream'

/** What passes connections on to a registry, one for one, and counts them. */
export interface CountingPassage {
  readonly url: URL
  /** How many connections there have been. */
  readonly connections: number
  /** Ends them all. */
  close(): Promise<void>
}

/** Opens a passage to a registry, on loopback. */
export async function openCountingPassage(registry: URL): Promise<CountingPassage> {
  const sockets: Socket[] = []
  const server = createServer({ noDelay: true }, (socket) => {
    const onward = connect({ host: registry.hostname, port: Number(registry.port), noDelay: true })
    // Where one breaks off, so does the other.
    pipeline(socket, onward, socket, () => {})
    sockets.push(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    get connections() {
      return sockets.length
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
