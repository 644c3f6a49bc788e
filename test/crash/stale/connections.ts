import { Agent, type IncomingMessage, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'

export interface Answer {
  readonly status: number
  readonly etag: string | undefined
  readonly lastModified: string | undefined
  /** As it was before it was compressed. */
  readonly body: Buffer
}

/** Connections that are kept from request to request. */
export interface Connections {
  get(path: string, headers: Readonly<Record<string, string>>): Promise<Answer>
  /** @returns the status, as soon as it has come */
  put(path: string, body: unknown): Promise<number>
  /** How many were opened. */
  readonly opened: number
  close(): void
}

/** @param count how many there are at a time, at most */
export function openConnections(url: URL, count: number): Connections {
  const agent = new Agent({ keepAlive: true, maxSockets: count })
  const sockets = new WeakSet()
  let opened = 0

  async function send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<IncomingMessage> {
    const outgoing = request(new URL(path, url), { method, headers, agent })
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve).once('error', reject).end(body)
    })
    if (!sockets.has(response.socket)) opened += 1
    sockets.add(response.socket)
    return response
  }

  return {
    get opened() {
      return opened
    },
    async get(path, headers) {
      const response = await send('GET', path, headers)
      const bytes = await buffer(response)
      const { etag, 'last-modified': lastModified, 'content-encoding': encoding } = response.headers
      const body = encoding === 'gzip' ? gunzipSync(bytes) : bytes
      return { status: response.statusCode ?? 0, etag, lastModified, body }
    },
    async put(path, body) {
      const headers = { 'content-type': 'application/json' }
      const { statusCode = 0 } = (await send('PUT', path, headers, JSON.stringify(body))).resume()
      return statusCode
    },
    close: () => agent.destroy(),
  }
}
