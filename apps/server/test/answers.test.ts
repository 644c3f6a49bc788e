import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { createRegistry } from '@nmr/core'
import {
  createIdMaker,
  createMemoryMetadataStore,
  createMemoryTarballStore,
  createSteppableClock,
} from '@nmr/core/testing'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { publishDocument } from '../../../test/support/publish-document.ts'
import { buildApp } from '../src/app.ts'
import type { App } from '../src/route-context.ts'

/*
 * Through a socket: answers are given again in front of the routes, where `inject` does not come by. The authorizer
 * counts how often it is asked, which tells an answer that was given again from one that was worked out.
 */

const clock = createSteppableClock('2024-01-01T00:00:00.000Z')
let app: App
let port: number
let asked: number
let mayRead: (token: string | undefined) => boolean
let log: { status: number; path: string; caller?: string }[]

beforeEach(async () => {
  asked = 0
  log = []
  mayRead = () => true
  const registry = createRegistry(
    {
      metadata: createMemoryMetadataStore(),
      tarballs: createMemoryTarballStore({ clock }),
      authorizer: {
        authenticate: async (credential) =>
          credential?.kind === 'bearer' ? { name: credential.token } : undefined,
        login: async () => undefined,
        async decide(principal, action) {
          asked += 1
          if (action === 'read' && !mayRead(principal?.name)) return { outcome: 'hidden', reason: 'no' }
          return { outcome: 'granted', reason: 'yes', until: clock().getTime() + 60_000 }
        },
        explain: () => Promise.reject(new Error('nobody asks')),
        close: async () => {},
      },
      clock,
      makeId: createIdMaker(),
    },
    { hostedScopes: ['@acme'] },
  )
  app = buildApp({
    registry,
    logger: pino({ base: null }, { write: (line: string) => void log.push(JSON.parse(line)) }),
    clock,
    maxTarballSize: 1e6,
    spoolPath: 'never-used',
    answerCacheSize: 1e6,
    immutableTarballs: true,
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  port = (app.server.address() as { port: number }).port
  await publish('1.0.0')
  clock.advance(5000)
  asked = 0
})
afterEach(() => app.close())

async function publish(version: string): Promise<void> {
  const payload = publishDocument({ name: '@acme/x', version })
  const headers = { authorization: 'Bearer writer' }
  expect((await app.inject({ method: 'PUT', url: '/@acme%2fx', headers, payload })).statusCode).toBe(201)
}

/** All of an answer, but for its Date. */
async function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const all = { host: 'registry.test', connection: 'close', ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
  socket.setEncoding('latin1')
  return (await text(socket)).replace(/\r\nDate: [^\r]+/i, '')
}

const statusOf = (answer: string) => Number(answer.split(' ', 2)[1])
const urls = ['/@acme%2fx', '/@acme/x/1.0.0', '/-/package/@acme%2fx/dist-tags', '/@acme/x/-/x-1.0.0.tgz']

describe('an answer that is given again', () => {
  it.each(urls)('is the same to the byte, and asks nobody: %s', async (url) => {
    for (const headers of [
      {},
      { 'accept-encoding': 'gzip' },
      { accept: 'application/vnd.npm.install-v1+json' },
    ]) {
      const first = await get(url, headers)
      expect(statusOf(first)).toBe(200)
      expect(await get(url, headers)).toBe(first)
      const before = asked
      expect(await get(url, headers)).toBe(first)
      expect(asked).toBe(before)
    }
  })

  it.each(urls)('may be a 304, of one that was worked out whole and of one that was not: %s', async (url) => {
    const [, etag = ''] = /\r\netag: ([^\r]+)/.exec(await get(url, { accept: 'application/json' })) ?? []
    for (const headers of [{ accept: 'application/json' }, { accept: '*/*' }]) {
      const first = await get(url, { ...headers, 'if-none-match': etag })
      expect(statusOf(first)).toBe(304)
      expect(await get(url, { ...headers, 'if-none-match': etag })).toBe(first)
      expect(statusOf(await get(url, { ...headers, 'if-none-match': '"other"' }))).toBe(200)
    }
  })

  it('is another one after every change', async () => {
    const seen = new Set<string>()
    for (let patch = 1; patch <= 5; patch++) {
      seen.add(await get('/@acme%2fx'))
      await publish(`1.0.${patch}`)
      clock.advance(5000)
      const now = await get('/@acme%2fx')
      expect(now).toContain(`"1.0.${patch}"`)
      expect(await get('/@acme%2fx')).toBe(now)
      seen.add(now)
    }
    expect(seen.size).toBe(6)
  })

  it('is not given to somebody else, nor to nobody', async () => {
    mayRead = (token) => token === 'ann'
    for (let round = 0; round < 2; round++) {
      expect(statusOf(await get('/@acme%2fx', { authorization: 'Bearer ann' }))).toBe(200)
      expect(statusOf(await get('/@acme%2fx', { authorization: 'Bearer bob' }))).toBe(404)
      expect(statusOf(await get('/@acme%2fx'))).toBe(404)
    }
  })

  it('is given no longer than the permission holds', async () => {
    for (let times = 0; times < 2; times++) expect(statusOf(await get('/@acme%2fx'))).toBe(200)
    mayRead = () => false
    clock.advance(59_999)
    expect(statusOf(await get('/@acme%2fx'))).toBe(200)
    clock.advance(1)
    expect(statusOf(await get('/@acme%2fx'))).toBe(404)
  })

  it('is for the address, the type and the encoding that were asked for', async () => {
    const plain = await get('/@acme%2fx')
    expect(await get('/@acme%2fx', { host: 'other.test' })).toContain('http://other.test/@acme/x/-/')
    expect(await get('/@acme%2fx', { accept: 'application/vnd.npm.install-v1+json' })).not.toBe(plain)
    expect(await get('/@acme%2fx', { 'accept-encoding': 'gzip' })).toContain('content-encoding: gzip')
    expect(await get('/@acme%2fx')).toBe(plain)
  })

  it('is no part of itself, and has no body for HEAD', async () => {
    const [whole] = [await get('/@acme/x/-/x-1.0.0.tgz')]
    expect(statusOf(await get('/@acme/x/-/x-1.0.0.tgz', { range: 'bytes=0-3' }))).toBe(206)
    const head = await get('/@acme/x/-/x-1.0.0.tgz', {}, 'HEAD')
    expect(head).toBe(whole.slice(0, whole.indexOf('\r\n\r\n') + 4))
  })

  it('is no 304 for a copy of the same second', async () => {
    await publish('1.1.0')
    const now = clock().toUTCString()
    await get('/@acme%2fx')
    await publish('1.2.0')
    expect(statusOf(await get('/@acme%2fx', { 'if-modified-since': now }))).toBe(200)
    clock.advance(1000)
    expect(statusOf(await get('/@acme%2fx', { 'if-modified-since': now }))).toBe(200)
    expect(statusOf(await get('/@acme%2fx', { 'if-modified-since': clock().toUTCString() }))).toBe(304)
  })

  it('makes room for others, however small they are', async () => {
    await get('/-/package/@acme%2fx/dist-tags')
    for (let n = 0; n < 400; n++)
      await get('/-/package/@acme%2fx/dist-tags', { authorization: `Bearer ${n}` })
    const before = asked
    await get('/-/package/@acme%2fx/dist-tags')
    expect(asked).toBe(before + 1)
  })

  it('is logged like any other', async () => {
    for (let round = 0; round < 2; round++) await get('/@acme%2fx?secret', { authorization: 'Bearer ann' })
    await expect.poll(() => log.filter(({ path }) => path === '/@acme%2fx').length).toBe(3)
    expect(log.slice(-2).map(({ status, path, caller }) => [status, path, caller])).toEqual([
      [200, '/@acme%2fx', 'ann'],
      [200, '/@acme%2fx', 'ann'],
    ])
  })
})
