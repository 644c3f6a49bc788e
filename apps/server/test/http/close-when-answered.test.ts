import { once } from 'node:events'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { closeWhenAnswered } from '../../src/http/close-when-answered.ts'

/** More than the system takes over for a client that does not read. */
const LARGE = 32 * 1024 * 1024

async function listening(work: RequestListener): Promise<Server> {
  const server = createServer(work)
  closeWhenAnswered(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close().closeAllConnections())
  return server
}

/** A client that has sent a request, and reads nothing yet. */
function ask(server: Server): Socket {
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause()
  client.write('GET / HTTP/1.1\r\nHost: registry.test\r\n\r\n')
  return client
}

/** Reads until the server ends the connection. */
async function read(client: Socket): Promise<Buffer> {
  return Buffer.concat(await client.toArray())
}

describe('a server that closes', () => {
  it('sends answers whose end was written already whole, then ends their connections', async () => {
    const server = await listening((_, response) => response.end(Buffer.alloc(LARGE)))
    const client = ask(server)
    await once(server, 'request')
    server.close()
    expect((await read(client)).length).toBeGreaterThan(LARGE)
  })

  it('sends what was written to a connection beside Node’s answers whole', async () => {
    const server = await listening((_, response) => response.end('first'))
    const client = ask(server)
    const [socket] = (await once(server, 'connection')) as [Socket]
    await once(client, 'readable')
    socket.write(Buffer.alloc(LARGE))
    server.close()
    expect((await read(client)).length).toBeGreaterThan(LARGE)
  })

  it('waits for answers that are still being worked out', async () => {
    const server = await listening(() => {})
    const client = ask(server)
    const [, response] = (await once(server, 'request')) as [unknown, ServerResponse]
    server.close()
    response.end('late')
    expect(String(await read(client))).toContain('late')
  })

  it('waits for the answer to the request that had it close', async () => {
    const server = await listening((_, response) => {
      server.close()
      setImmediate(() => response.end('closing'))
    })
    expect(String(await read(ask(server)))).toContain('closing')
  })

  it('ends connections that wait for their next request', async () => {
    const server = await listening((_, response) => response.end('kept'))
    const client = ask(server)
    await once(client, 'readable')
    server.close()
    expect(String(await read(client))).toContain('kept')
  })
})
