import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect, Socket } from 'node:net'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomFrom } from '../../../../test/support/random.ts'
import { createAnswers } from '../../src/http/answers.ts'
import { createAnsweringServer } from '../../src/http/server.ts'

/*
 * The same bytes are sent to two servers that have the same answers: one that answers plain GETs before Node's own HTTP
 * sees them, and one that leaves all to Node. What comes back must be the same.
 */

const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)

const answers = createAnswers({
  clock: () => new Date(),
  logger: pino({ level: 'silent' }),
  answerCacheSize: 1e6,
  front: { asks: () => false },
})
/** Whatever has no answer yet is answered with what was understood of it. */
const work: RequestListener = ({ method, url, headers }, response) => {
  const body = JSON.stringify({ method, url, headers })
  response.writeHead(404, { 'content-length': Buffer.byteLength(body) }).end(body)
}
let answered = 0
let early: Server
let plain: Server

beforeAll(async () => {
  // What is asked for once is not kept.
  for (let times = 0; times < 2; times++) {
    remember('/small', Buffer.from('{"small":true}'), {})
    remember('/small', Buffer.from('{"for":"ann"}'), { authorization: 'Bearer ann' })
    remember('/large', Buffer.alloc(100_000, 'é'), {})
  }
  early = createAnsweringServer(work, answers)
  early.on('request', () => void answered++)
  plain = createServer({ keepAliveTimeout: early.keepAliveTimeout }, (request, response) => {
    const prepared = answers.find(request, request.socket)
    if (prepared === undefined) return work(request, response)
    const { status, headers, body } = prepared
    response.writeHead(status, headers).end(typeof body === 'function' ? body() : body, 'latin1')
  })
  for (const server of [early, plain]) await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterAll(() => {
  for (const server of [early, plain]) server.close()
})

function remember(url: string, body: Buffer, headers: Record<string, string>): void {
  answers.remember(
    {
      method: 'GET',
      originalUrl: url,
      headers: { host: 'registry.test', ...headers },
      caller: undefined,
      socket: new Socket(),
    },
    {
      standing: { holds: () => true },
      common: { 'cache-control': 'private' },
      content: { 'content-length': String(body.length) },
      etags: ['"one"'],
      modified: new Date('2024-01-01T00:00:00.000Z'),
      body,
    },
  )
}

/**
 * Sends the pieces on a connection that has had an answer already, each when the one before has been read, and answers
 * all that comes back, but for the date.
 */
async function answerTo(server: Server, pieces: readonly string[]): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setEncoding('latin1')
  let answer = ''
  socket.on('data', (part) => {
    answer += part
  })
  // A server that refuses a request does not read what comes after it.
  socket.on('error', () => {})
  const [peer] = (await once(server, 'connection')) as [Socket]
  let sent = 0
  for (const piece of [get('/first'), ...pieces]) {
    if (!peer.destroyed) socket.write(piece, 'latin1')
    sent += piece.length
    while ((peer.bytesRead < sent || answer === '') && !peer.destroyed) await new Promise(setImmediate)
  }
  if (!socket.closed) await once(socket.end(), 'close')
  return answer.replaceAll(/\r\nDate: [^\r]+/gi, '')
}

async function listening(others: RequestListener): Promise<Server> {
  const server = createAnsweringServer(others, answers)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return server
}

function get(url: string, headers: Record<string, string> = {}, first = `GET ${url} HTTP/1.1`): string {
  const lines = Object.entries({ Host: 'registry.test', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  return `${[first, ...lines].join('\r\n')}\r\n\r\n`
}

async function expectSame(...pieces: readonly string[]): Promise<string> {
  const answer = await answerTo(early, pieces)
  expect(answer, JSON.stringify(pieces)).toBe(await answerTo(plain, pieces))
  return answer
}

/** How many requests Node was given for a conversation, the first not counted. */
async function seenByNode(...pieces: readonly string[]): Promise<number> {
  const before = answered
  await expectSame(...pieces)
  return answered - before - 1
}

describe('a plain GET', () => {
  it.each([
    ['with a body', get('/small'), '{"small":true}'],
    ['with a large body', get('/large'), 'é'],
    ['as 304', get('/small', { 'If-None-Match': '"one"' }), '304 Not Modified'],
    ['as 304 by its date', get('/small', { 'if-modified-since': new Date().toUTCString() }), '304'],
    ['for its credential', get('/small', { authorization: 'Bearer ann' }), '"ann"'],
    ['on a connection that says it is kept', get('/small', { Connection: 'Keep-Alive' }), '"small"'],
    ['beside headers that do not matter', get('/small', { 'npm-session': 'x', Referer: '' }), '"small"'],
  ])('is answered as Node would, and without it: %s', async (_, request, part) => {
    expect(await seenByNode(request)).toBe(0)
    expect(await expectSame(request)).toContain(Buffer.from(part).toString('latin1'))
  })

  it('is answered by Node where nothing is prepared, and those after it are not', async () => {
    const unknown = get('/unknown')
    expect(await seenByNode(unknown)).toBe(1)
    expect(await expectSame(get('/small'), get('/small'), get('/small'))).toContain('"small"')
  })

  it('is never answered before the one that came before it', async () => {
    const [first, second] = [get('/unknown'), get('/small')]
    const slow = await listening(async (request, response) => {
      // The first of all is the one that every conversation starts with.
      const wanted = request.url === '/first' ? 0 : get('/first').length + first.length + second.length
      while (request.socket.bytesRead < wanted) await new Promise(setImmediate)
      work(request, response)
    })
    const answer = await answerTo(slow, [first, second])
    expect(answer.indexOf('/unknown')).toBeLessThan(answer.indexOf('"small"'))
    slow.close()
  })

  it('is answered by whoever answers all else once the server closes', async () => {
    const [first, second] = [get('/unknown'), get('/small')]
    const closing = await listening(async (request, response) => {
      if (request.url === '/unknown') {
        closing.close()
        const wanted = get('/first').length + first.length + second.length
        while (request.socket.bytesRead < wanted) await new Promise(setImmediate)
      }
      work(request, response)
    })
    const answer = await answerTo(closing, [first, second])
    expect(answer).toContain('"url":"/small"')
  })
})

describe('what is more than a plain GET', () => {
  const body = 'content-length: 5'
  it.each([
    get('/small', { Connection: 'close' }),
    get('/small', { Range: 'bytes=0-3' }),
    `${get('/small', { 'Content-Length': '5' })}hello`,
    get('/small', { 'Content-Length': '0' }),
    `${get('/small', { 'Transfer-Encoding': 'chunked' })}5\r\nhello\r\n0\r\n\r\n`,
    get('/small', { Expect: '100-continue' }),
    get('/small', { Upgrade: 'websocket', Connection: 'Upgrade' }),
    get('/small', { 'Proxy-Connection': 'close' }),
    get('/small', { host: 'other.test' }),
    get('/small', { Accept: 'a', accept: 'b' }),
    get('', {}, 'GET /small HTTP/1.0'),
    get('', {}, 'HEAD /small HTTP/1.1'),
    get('', {}, 'POST /small HTTP/1.1'),
    get('', {}, 'GET  /small HTTP/1.1'),
    get('', {}, 'GET http://registry.test/small HTTP/1.1'),
    get('/small') + get('/small'),
    get('/small').replace('Host: registry.test\r\n', ''),
    get('/small').replace('registry', 'régistry'),
    get('/small', { x: 'y' }).replace('x: y', `x : y`),
    get('/small', { x: 'y' }).replace('x: y', ` x: y`),
    get('/small', { x: 'y' }).replace('x: y', `x: y\r\n ${body}`),
    `${get('/small', { x: 'y' }).replace('x: y', `x: y\n${body}`)}hello`,
    `${get('/small', { x: 'y' }).replace('x: y', `x: y\r${body}`)}hello`,
    get('/small', { x: 'y' }).replace('x: y', `x: y\0`),
    `${get('/small', { x: 'y' }).replace('x: y', `Content-Length : 5`)}hello`,
    get('/small').replaceAll('\r\n', '\n'),
    `\r\n${get('/small')}`,
    get('/small', { x: 'y'.repeat(20_000) }),
  ])('is answered as Node answers it: %j', async (request) => {
    await expectSame(request)
    await expectSame(request, get('/small'))
    await expectSame(get('/small'), request, get('/small'))
  })

  it.each([
    [get('/small', { 'Content-Length': '5' }), 'hello'],
    [get('/small', { 'Content-Length': String(get('/small').length) }), get('/small')],
    [get('/small', { 'Transfer-Encoding': 'chunked' }), '0\r\n\r\n'],
  ])('is read by Node to its end: %j', async (head, body) => {
    await expectSame(head, body, get('/small'))
  })

  it('is left to Node, whatever comes behind it', async () => {
    expect(await seenByNode(get('/small', {}, 'PUT /x HTTP/1.1'), get('/small'), get('/small'))).toBe(3)
    const [start, rest] = [get('/small').slice(0, 9), get('/small').slice(9)]
    await expectSame(start, rest, get('/small'))
  })
})

describe(`random requests (FUZZ_SEED=${seed})`, { timeout: 30_000 }, () => {
  it('are answered as Node answers them', async () => {
    const random = randomFrom(seed)
    const below = (limit: number) => Math.floor(random() * limit)
    const pieces = ['\r', '\n', '\r\n', ' ', '\t', ':', '\0', 'é', 'x', '"', '/', 'Range: x\r\n']
    for (let round = 0; round < 300; round++) {
      let request = get('/small', {
        Accept: '*/*',
        'If-None-Match': ['"one"', '"two"', '*'][below(3)] ?? '',
        Connection: 'keep-alive',
      }).replace('Accept: */*\r\n', ['', 'User-Agent: x/1\r\n'][below(2)] ?? '')
      for (let change = below(3); change > 0; change--) {
        const at = below(request.length)
        request =
          request.slice(0, at) +
          (pieces[below(pieces.length)] ?? '') +
          request.slice(at + below(2) * below(4))
      }
      const cut = below(3) === 0 ? below(request.length) : request.length
      await expectSame(...[request.slice(0, cut), request.slice(cut), get('/small')].filter(Boolean))
    }
  })
})
