import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createTransfers, type Transfers } from '../../src/http/transfers.ts'

const MB = 1024 * 1024

let transfers: Transfers
/** What memory was given for the pieces of which tarball, in bytes. */
let given: { mark: number; size: number }[]
let memories: Set<ArrayBufferLike>

beforeEach(() => {
  transfers = createTransfers()
  given = []
  memories = new Set()
})

/** Bytes that tell which tarball they are of, read as a store reads them. */
async function* tarball(mark: number, size: number): AsyncGenerator<Uint8Array> {
  for (let left = size; left > 0; ) {
    const memory = transfers.allocate(left)
    given.push({ mark, size: memory.length })
    memories.add(memory.buffer)
    const piece = memory.subarray(0, Math.min(left, memory.length)).fill(mark)
    left -= piece.length
    await new Promise(setImmediate)
    yield piece
  }
}

/** A server whose answer `n` is what `respond` makes of it, and what gets that answer without reading it. */
async function serve(respond: (response: ServerResponse, n: number) => void) {
  const server = createServer((request, response) => respond(response, Number(request.url?.slice(1))))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  return async (n: number) => {
    const asked = request({ port, path: `/${n}`, agent: false }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    return answer
  }
}

/** How many bytes came, and which. */
async function read(answer: IncomingMessage): Promise<[number, Set<number>]> {
  let size = 0
  const marks = new Set<number>()
  for await (const chunk of answer) {
    size += chunk.length
    for (let at = 0; at < chunk.length; at += 100) marks.add(chunk[at])
  }
  return [size, marks]
}

describe('transfers', () => {
  it('send each its own bytes while slow clients hold on to theirs', async () => {
    const size = 12 * MB + 5
    const get = await serve((response, n) => {
      response.writeHead(200, { 'content-length': size })
      void transfers.send(response, tarball(n, size))
    })
    const answers = await Promise.all(Array.from({ length: 6 }, (_, n) => get(n)))
    for (const [n, answer] of answers.entries()) expect(await read(answer)).toEqual([size, new Set([n])])
  })

  it('use memory again when a piece is with its client', async () => {
    const get = await serve((response) => void transfers.send(response, tarball(1, 5 * MB)))
    for (let round = 0; round < 3; round++) await read(await get(round))
    expect(given.length).toBe(12)
    expect(memories.size).toBe(1)
  })

  it('keep little memory when there were many', async () => {
    const get = await serve((response, n) => void transfers.send(response, tarball(n, 5 * MB)))
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => get(n)))
    await Promise.all(answers.map(read))
    expect(memories.size).toBeGreaterThan(4)
    const next = Array.from({ length: 12 }, () => transfers.allocate(MB))
    expect(next.filter(({ buffer }) => memories.has(buffer)).length).toBe(4)
  })

  it('take small pieces while there are many, and large ones when there are not', async () => {
    const get = await serve((response, n) => void transfers.send(response, tarball(n, 20 * MB)))
    const first = await Promise.all(Array.from({ length: 16 }, (_, n) => get(n)))
    const large = given[0]?.size ?? 0
    const last = await get(16)
    for (const { mark, size } of given) if (mark === 16) expect(size).toBeLessThan(large / 4)
    for (const answer of [...first, last]) answer.destroy()
    await expect.poll(() => transfers.allocate(MB).length).toBe(large)
  })

  it('let go of the body of a client that hangs up, and of its memory', async () => {
    let ended: Promise<void> | undefined
    let closed = false
    async function* body() {
      try {
        yield* tarball(1, 100 * MB)
      } finally {
        closed = true
      }
    }
    const get = await serve((response) => {
      ended = transfers.send(response, body())
    })
    const answer = await get(0)
    answer.destroy()
    await ended
    expect(given.length).toBeLessThan(70)
    expect(closed).toBe(true)
  })

  it('let go of the bodies of a client that asked for several at once and hangs up', async () => {
    const sent: Promise<void>[] = []
    const server = createServer((_, response) => {
      sent.push(transfers.send(response, tarball(sent.length, 20 * MB)))
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void server.close().closeAllConnections())
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause()
    client.write('GET / HTTP/1.1\r\nHost: registry.test\r\n\r\n'.repeat(3))
    await expect.poll(() => new Set(given.map(({ mark }) => mark)).size).toBe(3)
    client.destroy()
    await Promise.all(sent)
  })

  it('fail with the body, and leave the answer without its end', async () => {
    let failure: unknown
    async function* body() {
      yield* tarball(1, 10)
      throw new Error('the disk is gone')
    }
    const get = await serve((response) => {
      response.writeHead(200, { 'content-length': 20 })
      transfers.send(response, body()).catch((error) => {
        failure = error
        response.destroy()
      })
    })
    await expect(read(await get(0))).rejects.toThrow('aborted')
    expect(failure).toMatchObject({ message: 'the disk is gone' })
  })
})
