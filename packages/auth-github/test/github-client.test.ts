import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createGate } from '../src/gate.ts'
import { createGithubClient } from '../src/github-client.ts'

/** A client of a server that answers as it is told, and the requests that came. */
async function setUp(answer: RequestListener) {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    answer(request, response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`
  return { requests, client: createGithubClient({ apiUrl, timeout: 10_000, clock: () => new Date(0) }) }
}

describe('a request to GitHub', () => {
  it('names the program, the version of the API, and the token it is given', async () => {
    const { client, requests } = await setUp((_, response) => response.end('{}'))
    await client.send('ghp_wendy', { method: 'GET', url: '/user' }, 'W/"tag"')
    await client.send(undefined, { method: 'GET', url: '/repositories/7' })
    expect(requests.map(({ method, url, headers }) => [method, url, headers.authorization])).toEqual([
      ['GET', '/api/v3/user', 'token ghp_wendy'],
      ['GET', '/api/v3/repositories/7', undefined],
    ])
    expect(requests[0]?.headers).toMatchObject({
      'if-none-match': 'W/"tag"',
      'user-agent': expect.stringMatching(/^nmr /),
      'x-github-api-version': '2022-11-28',
    })
  })

  it.each([301, 302, 307, 308])('does not follow a %s, wherever it leads', async (status) => {
    const { client, requests } = await setUp((_, response) =>
      response.writeHead(status, { location: '/api/v3/elsewhere' }).end(),
    )
    const probe = {
      method: 'POST',
      url: '/repositories/7/git/refs',
      body: { ref: 'refs/x/y', sha: '0' },
    } as const
    expect(await client.send('ghp_wendy', probe)).toMatchObject({ status })
    expect(requests).toHaveLength(1)
  })

  it('that is cut off in the middle of the answer has none', async () => {
    const { client } = await setUp((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
      response.write('{"id": 7')
      setImmediate(() => response.destroy())
    })
    const { data } = await client.send('ghp_wendy', { method: 'GET', url: '/repositories/7' })
    expect(data).not.toBeTypeOf('object')
  })
})

describe('a gate', () => {
  it('lets so many pass at a time, so many wait, and turns the others away', async () => {
    const gate = createGate(2, 1)
    const started: string[] = []
    const ends = new Map<string, () => void>()
    const task = (name: string) => () =>
      new Promise<string>((end) => {
        started.push(name)
        ends.set(name, () => end(name))
      })
    const [a, b, c] = [gate(task('a')), gate(task('b')), gate(task('c'))]
    await expect(gate(task('d'))).rejects.toMatchObject({ code: 'unavailable', retryAfter: 5 })
    expect(started).toEqual(['a', 'b'])
    ends.get('a')?.()
    await a
    await vi.waitFor(() => expect(started).toEqual(['a', 'b', 'c']), { interval: 1 })
    ends.get('b')?.()
    ends.get('c')?.()
    expect(await Promise.all([b, c])).toEqual(['b', 'c'])
    const e = gate(task('e'))
    ends.get('e')?.()
    expect(await e).toBe('e')
  })

  it('is left by tasks that fail', async () => {
    const gate = createGate(1, 0)
    const failing = () => gate(() => Promise.reject(new Error('no')))
    await expect(failing()).rejects.toThrow('no')
    await expect(failing()).rejects.toThrow('no')
  })
})
