import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** A proxy that lets nothing through and remembers who wanted to. */
export interface Outside {
  readonly proxy: URL
  /** The first line of each request: `CONNECT example.org:443 HTTP/1.1`. */
  readonly attempts: readonly string[]
  close(): void
}

/** Starts the proxy that clients under test are told to use for all that is not the registry. */
export async function watchOutside(): Promise<Outside> {
  const attempts: string[] = []
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (data) => {
      attempts.push(data.toString('latin1').split('\r\n', 1)[0] ?? '')
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { proxy: new URL(`http://127.0.0.1:${port}`), attempts, close: () => server.close() }
}
