import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline, Transform } from 'node:stream'

/** What goes wrong with a request. */
export type Fault =
  /** The proxy answers instead of the server, after it has read the request. */
  | { readonly kind: 'answer'; readonly status: number; readonly body?: string }
  /** The connection is reset when the request's head has come. */
  | { readonly kind: 'reset' }
  /** The server does what it was asked to, and the connection is reset before its answer. */
  | { readonly kind: 'lost-answer' }
  /** The server does what it was asked to, and nobody is ever told. */
  | { readonly kind: 'no-answer' }
  /** The answer's body is passed on up to so many bytes; then the connection is reset. */
  | { readonly kind: 'cut'; readonly after: number }
  /** The answer's body is passed on up to so many bytes; then nothing comes any more. */
  | { readonly kind: 'stall'; readonly after: number }
  /** The first byte of the request's body, or of the answer's, arrives as another one. */
  | { readonly kind: 'flip'; readonly where: 'request' | 'answer' }

/** A proxy on loopback that passes everything on to an S3 server, but for what it is told to spoil. */
export interface FaultProxy {
  readonly port: number
  /** `METHOD /path` of all requests since the last `inject` or `heal`. */
  readonly requests: readonly string[]
  /** Bytes of requests' bodies that have come so far. */
  readonly received: () => number
  /** Connections that were accepted so far. */
  readonly connections: () => number
  /** Requests that are being answered now. */
  readonly open: () => number
  /** From now on, the next `times` requests that match go wrong, by default all. */
  inject(match: RegExp, fault: Fault, times?: number): void
  heal(): void
  stop(): Promise<void>
}

/** The Host header is passed on as it is, so that a signature made for the proxy's address is good behind it. */
export async function startFaultProxy(serverPort: number): Promise<FaultProxy> {
  const requests: string[] = []
  let rule: { readonly match: RegExp; readonly fault: Fault; times: number } | undefined
  let received = 0
  let connections = 0
  let open = 0

  const proxy = createServer((incoming, outgoing) => {
    const line = `${incoming.method} ${incoming.url}`
    requests.push(line)
    open += 1
    outgoing.once('close', () => {
      open -= 1
    })
    incoming.on('data', (chunk: Buffer) => {
      received += chunk.length
    })
    incoming.pause()
    if (rule === undefined || rule.times === 0 || !rule.match.test(line))
      return pass(serverPort, incoming, outgoing)
    rule.times -= 1
    pass(serverPort, incoming, outgoing, rule.fault)
  })
  proxy.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))

  return {
    port: (proxy.address() as AddressInfo).port,
    requests,
    received: () => received,
    connections: () => connections,
    open: () => open,
    inject(match, fault, times = Number.POSITIVE_INFINITY) {
      requests.length = 0
      rule = { match, fault, times }
    },
    heal() {
      requests.length = 0
      rule = undefined
    },
    async stop() {
      proxy.closeAllConnections()
      await new Promise((resolve) => proxy.close(resolve))
    },
  }
}

function pass(port: number, incoming: IncomingMessage, outgoing: ServerResponse, fault?: Fault): void {
  if (fault?.kind === 'reset') {
    incoming.socket.resetAndDestroy()
    return
  }
  if (fault?.kind === 'answer') {
    incoming.resume().once('end', () => outgoing.writeHead(fault.status).end(fault.body))
    return
  }
  const { method, url, headers } = incoming
  const forwarded = request(
    { host: '127.0.0.1', port, method, path: url, headers, agent: false },
    (answer) => {
      if (fault?.kind === 'lost-answer') {
        answer.resume().once('end', () => outgoing.destroy())
        return
      }
      if (fault?.kind === 'no-answer') {
        answer.resume()
        return
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      if (fault?.kind === 'cut')
        pipeline(
          answer,
          limited(fault.after, () => outgoing.destroy()),
          outgoing,
          () => {},
        )
      else if (fault?.kind === 'stall')
        pipeline(
          answer,
          limited(fault.after, () => {}),
          outgoing,
          () => {},
        )
      else if (fault?.kind === 'flip' && fault.where === 'answer')
        pipeline(answer, flipped(), outgoing, () => {})
      else pipeline(answer, outgoing, () => {})
    },
  )
  forwarded.on('error', () => outgoing.destroy())
  const flips = fault?.kind === 'flip' && fault.where === 'request'
  if (flips) pipeline(incoming, flipped(), forwarded, () => {})
  else pipeline(incoming, forwarded, () => {})
}

/** Passes so many bytes; then calls `then` and never goes on. */
function limited(bytes: number, then: () => void): Transform {
  let left = bytes
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (chunk.length <= left) {
        left -= chunk.length
        done(null, chunk)
        return
      }
      this.push(chunk.subarray(0, left))
      // What was pushed is to arrive before the connection goes.
      setImmediate(() => setTimeout(then, 20))
    },
  })
}

function flipped(): Transform {
  let isFirst = true
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const spoiled = Buffer.from(chunk)
      if (isFirst) spoiled[0] = (spoiled[0] ?? 0) ^ 1
      isFirst = false
      done(null, spoiled)
    },
  })
}
