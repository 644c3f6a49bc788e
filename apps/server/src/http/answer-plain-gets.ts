import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { type Answers, digestOf, type Prepared } from './answers.ts'
import { readPlainGet } from './plain-get.ts'

/*
 * Half of the time that an answer takes in Node goes into its request and response objects, which an answer that is
 * prepared has no use for. So where a client's next request is a plain GET and its answer is prepared, the bytes of
 * one are answered with those of the other, and Node's own HTTP never sees them.
 */

/**
 * Answers plain GETs where their answers are prepared, from the second request of a connection on: Node watches over
 * a connection that has sent none. A connection on which anything else comes is left to Node for good, since only Node
 * knows then where a request ends.
 */
export function answerPlainGets(server: Server, answers: Pick<Answers, 'find'>): void {
  /** How many requests of a connection Node has not answered yet. */
  const underWay = new WeakMap<Socket, number>()
  const dateNow = createDate()
  const { keepAliveTimeout } = server
  const end = `\r\nConnection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(keepAliveTimeout / 1000)}\r\n\r\n`

  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    response.once('close', () => underWay.set(socket, (underWay.get(socket) ?? 1) - 1))
  })
  server.on('connection', (socket: Socket) => {
    const [read, ...others] = socket.listeners('data') as ((bytes: Buffer) => void)[]
    if (read === undefined || others.length > 0) return
    const digest = createDigest()
    const readPlain = (bytes: Buffer): void => {
      const asked = readPlainGet(bytes)
      if (asked === undefined) {
        socket.off('data', readPlain).on('data', read)
        read(bytes)
        return
      }
      const requests = underWay.get(socket)
      const isNext = requests === 0 && socket.writableLength === 0 && server.listening
      const prepared = isNext ? answers.find(asked, socket, digest(asked.headers.authorization)) : undefined
      if (prepared === undefined) {
        underWay.set(socket, (requests ?? 0) + 1)
        read(bytes)
        return
      }
      send(socket, prepared)
      prepared.log(asked)
    }
    socket.off('data', read).on('data', readPlain)
  })

  function send(socket: Socket, prepared: Prepared): void {
    const { body } = prepared
    const head = startOf(prepared) + dateNow() + end
    if (typeof body === 'function') socket.write(head + body(), 'latin1')
    else if (body === undefined) socket.write(head, 'latin1')
    else {
      socket.cork()
      socket.write(head, 'latin1')
      socket.write(body)
      socket.uncork()
    }
  }
}

const starts = new WeakMap<Prepared, string>()

/** All of a head up to the date, in Node's order. */
function startOf(prepared: Prepared): string {
  const known = starts.get(prepared)
  if (known !== undefined) return known
  const { status, headers } = prepared
  let start = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`
  for (let at = 0; at < headers.length; at += 2) start += `${headers[at]}: ${headers[at + 1]}\r\n`
  start += 'Date: '
  starts.set(prepared, start)
  return start
}

/** The date of now as HTTP has it, made once a second. */
function createDate(): () => string {
  let second = 0
  let date = ''
  return () => {
    const now = Math.floor(Date.now() / 1000)
    if (now !== second) date = new Date(now * 1000).toUTCString()
    second = now
    return date
  }
}

/** A client sends the same credential over and over again. */
function createDigest(): typeof digestOf {
  let last: string | undefined
  let digest = digestOf(last)
  return (authorization) => {
    if (authorization !== last) digest = digestOf(authorization)
    last = authorization
    return digest
  }
}
