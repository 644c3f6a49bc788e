import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createOpenAuthorizer } from '@nmr/auth-none'
import type { Authorizer } from '@nmr/core'
import { openFolderTarballStore } from '@nmr/tarballs-fs'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { makeTarball } from '../../../test/support/publish-document.ts'
import type { AppOptions } from '../src/route-context.ts'
import { createTestApp, reader, type TestApp } from './support.ts'

const source = { name: '@acme/x', version: '1.0.0' }
const tarball = makeTarball(source).toString('latin1')
const url = '/@acme/x/-/x-1.0.0.tgz'
const proxy = '10.0.0.1'
const client = '192.0.2.7'
const missing = '/@acme/x/-/x-2.0.0.tgz'

/** Lets everybody do everything but for one. */
const everybody = createOpenAuthorizer()
const authorizer: Authorizer = {
  ...everybody,
  decide: async (principal, ...about) =>
    principal?.name === 'stranger'
      ? { outcome: 'hidden', reason: 'no' }
      : everybody.decide(principal, ...about),
}

interface Answer {
  readonly status: number | undefined
  readonly headers: Record<string, unknown>
  readonly body: string
}

let root: string
let publish: TestApp['publish']
/** How often the store was asked for a tarball. */
let opened: number
let send: (from: string, method: string, path: string, headers?: Record<string, string>) => Promise<Answer>

/** Through a socket, where answers are given again, from whatever address a test says. */
async function start(options: Partial<AppOptions>): Promise<void> {
  root = await mkdtemp(join(tmpdir(), 'nmr-hand-over-'))
  onTestFinished(() => rm(root, { recursive: true }))
  const folder = await openFolderTarballStore({ root })
  opened = 0
  const tarballs: typeof folder = {
    ...folder,
    open: (...args) => {
      opened += 1
      return folder.open(...args)
    },
  }
  const publicUrl = 'https://npm.example.com'
  const trusting = { publicUrl, trustProxy: [proxy], ...options }
  const { app, ...others } = createTestApp(trusting, {}, undefined, { tarballs, authorizer })
  publish = others.publish
  await publish(source)
  await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => app.close())
  let peer = ''
  app.server.prependListener('connection', (socket) =>
    Object.defineProperty(socket, 'remoteAddress', { value: peer }),
  )
  const { port } = app.server.address() as AddressInfo
  send = async (from, method, path, headers = {}) => {
    peer = from
    const sent = request({
      host: '127.0.0.1',
      port,
      method,
      path,
      headers: { ...reader, ...headers },
      agent: false,
    })
    return new Promise((resolve, reject) => {
      sent.once('error', reject).once('response', async (response) => {
        const { date: _, connection: _c, ...rest } = response.headers
        response.setEncoding('latin1')
        resolve({ status: response.statusCode, headers: rest, body: await text(response) })
      })
      sent.end()
    })
  }
}

const get = (from: string, headers?: Record<string, string>) => send(from, 'GET', url, headers)

async function fileOfTheTarball(): Promise<string> {
  const files = await readdir(root, { recursive: true })
  return files.find((path) => path.endsWith('.tgz')) ?? 'none'
}

describe.each([
  { header: 'x-accel-redirect', base: '/_npm-files/' },
  { header: 'x-sendfile', base: '/srv/npm/storage/' },
] as const)('tarballs that are handed over by $header', ({ header, base }) => {
  beforeEach(() => start({ handOver: { header, base } }))

  it('come without a byte, and with what the proxy shall send and say of it', async () => {
    expect(await get(proxy)).toEqual({
      status: 200,
      headers: {
        'cache-control': 'private, max-age=31536000, immutable',
        'last-modified': 'Mon, 01 Jan 2024 00:00:01 GMT',
        etag: expect.stringMatching(/^"[0-9a-f]{40}"$/),
        'content-type': 'application/octet-stream',
        'content-length': '0',
        [header]: base + (await fileOfTheTarball()),
      },
      body: '',
    })
  })

  it('are handed over again without a look at the store', async () => {
    const first = await get(proxy)
    // What is asked for once is not kept.
    expect(await get(proxy)).toEqual(first)
    const before = opened
    expect(await get(proxy)).toEqual(first)
    expect(opened).toBe(before)
  })

  it('go to everybody else as bytes, whoever asked before', async () => {
    for (let round = 0; round < 2; round++) {
      expect((await get(proxy)).body).toBe('')
      const { body, headers } = await get(client, { 'x-forwarded-for': proxy })
      expect(body).toBe(tarball)
      expect(headers).not.toHaveProperty(header)
    }
  })

  it('are whole, whatever the range', async () => {
    const whole = await get(proxy)
    expect(await get(proxy, { range: 'bytes=10-19' })).toEqual(whole)
  })

  it('leave HEAD, 304, 416, 404 and 410 to the registry', async () => {
    const { etag } = (await get(proxy)).headers
    const { _rev: revision } = JSON.parse((await send(client, 'GET', '/@acme%2fx')).body)
    const stranger = `Basic ${Buffer.from('stranger:secret').toString('base64')}`
    const answers = [
      await send(proxy, 'HEAD', url),
      await get(proxy, { 'if-none-match': String(etag) }),
      await get(proxy, { range: `bytes=${tarball.length}-` }),
      await get(proxy, { authorization: stranger }),
      await send(proxy, 'GET', missing),
      await send(proxy, 'DELETE', `/@acme%2fx/-rev/${revision}`),
      await get(proxy),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 304, 416, 404, 404, 200, 410])
    expect(answers[0]?.headers).toMatchObject({ etag, 'content-length': String(tarball.length) })
    for (const { headers } of answers) expect(headers).not.toHaveProperty(header)
  })

  it('are an error where the file is missing or not what it was', async () => {
    const file = join(root, await fileOfTheTarball())
    await truncate(file, 10)
    const cut = await get(proxy)
    await rm(file)
    const gone = await get(proxy)
    for (const { status, headers, body } of [cut, gone]) {
      expect(status).toBe(502)
      expect(headers).not.toHaveProperty(header)
      expect(body).toContain('error')
    }
  })
})

it('nobody is handed a file where none was configured', async () => {
  await start({})
  expect((await get(proxy)).body).toBe(tarball)
})
