import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createGzip, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { publishDocument } from '../../../../test/support/publish-document.ts'
import { createTestApp, type TestApp, writer } from '../support.ts'

const MB = 1024 * 1024

let test: TestApp
beforeEach(() => {
  test = createTestApp()
})
afterEach(() => test.app.close())

const put = (url: string, payload: string | Buffer, headers: Record<string, string> = {}) =>
  test.app.inject({
    method: 'PUT',
    url,
    headers: { ...writer, 'content-type': 'application/json', 'content-encoding': 'gzip', ...headers },
    payload,
  })

const TAG = '/-/package/@acme%2fx/dist-tags/beta'
const x = (version: string, more: object = {}) => publishDocument({ name: '@acme/x', version, ...more })

describe('a gzipped body', () => {
  it.each(['gzip', 'GZIP', 'x-gzip'])('is read as what it is, sent as %s', async (encoding) => {
    await test.publish({ name: '@acme/x', version: '1.0.0' })
    const answer = await put(TAG, gzipSync('"1.0.0"'), { 'content-encoding': encoding })
    expect(answer.statusCode, answer.body).toBe(200)
  })

  it('may be a publish', async () => {
    const answer = await put('/@acme%2fx', gzipSync(JSON.stringify(x('1.0.0'))))
    expect(answer.statusCode, answer.body).toBe(201)
    const tarball = await test.app.inject({ url: '/@acme/x/-/x-1.0.0.tgz', headers: writer })
    expect(tarball.statusCode).toBe(200)
  })

  it('may be empty where no body is needed', async () => {
    await test.publish({ name: '@acme/x', version: '1.0.0' })
    expect((await put(TAG, gzipSync('"1.0.0"'))).statusCode).toBe(200)
    const answer = await test.app.inject({
      method: 'DELETE',
      url: TAG,
      headers: { ...writer, 'content-encoding': 'gzip' },
    })
    expect(answer.statusCode, answer.body).toBe(200)
  })
})

describe.each([
  ['on a route that takes a string', TAG, gzipSync('"1.0.0"')],
  ['on a publish', '/@acme%2fx', gzipSync(JSON.stringify(x('1.0.0')))],
])('%s', (_title, url, good) => {
  it.each([
    ['no gzip at all', Buffer.from('"1.0.0"')],
    ['half of one', good.subarray(0, good.length / 2)],
    ['one without its checksum', good.subarray(0, -8)],
    ['one with a byte changed', good.map((byte, index) => (index === good.length - 6 ? byte ^ 1 : byte))],
    ['nothing', Buffer.alloc(0)],
    ['another compression', deflateSync('"1.0.0"')],
  ])('%s is answered 400 with a reason', async (_damage, body) => {
    const answer = await put(url, Buffer.from(body))
    expect([answer.statusCode, answer.json().error]).toEqual([400, expect.stringMatching(/body/)])
  })

  it.each(['br', 'deflate', 'zstd', 'gzip, gzip', 'nonsense'])('%s is answered 415', async (encoding) => {
    const answer = await put(url, good, { 'content-encoding': encoding })
    expect([answer.statusCode, answer.json().error]).toEqual([415, expect.stringContaining('only gzip')])
  })
})

describe('a plain body', () => {
  it('may have 1 MB where it is small by its nature, and more where it is a packument', async () => {
    await test.publish({ name: '@acme/x', version: '1.0.0' })
    const identity = { 'content-encoding': 'identity' }
    const large = await put(TAG, `"1.0.0"${' '.repeat(MB)}`, identity)
    expect([large.statusCode, large.json().error]).toEqual([
      413,
      expect.stringContaining('larger than anything'),
    ])
    expect((await put(TAG, `"1.0.0"${' '.repeat(MB - 7)}`, identity)).statusCode).toBe(200)
    const packument = (await test.app.inject({ url: '/@acme%2fx', headers: writer })).json()
    packument.versions['1.0.0'].deprecated = 'no'
    packument.readme = 'x'.repeat(2 * MB)
    const answer = await put(`/@acme%2fx/-rev/${packument._rev}`, JSON.stringify(packument), identity)
    expect(answer.statusCode, answer.body).toBe(201)
  })
})

describe('a bomb', () => {
  it('of blocks that hold nothing is answered 413, and damage behind them ends nothing', async () => {
    const nothing = gzipSync('')
    const bytes = Buffer.concat([gzipSync('"1'), ...Array(100_000).fill(nothing), gzipSync('.0.0"')])
    for (const body of [bytes, Buffer.concat([bytes, nothing.subarray(0, 12), bytes])]) {
      const answer = await put(TAG, body, { 'transfer-encoding': 'chunked' })
      expect(answer.statusCode).toBe(413)
    }
    expect((await test.app.inject({ url: '/-/ping' })).statusCode).toBe(200)
  })

  it.each([
    ['in a small document', TAG, '"', ' '],
    ['in the document of a publish', '/@acme%2fx', '{"readme":"', 'x'],
    ['in the tarball of a publish', '/@acme%2fx', '{"_attachments":{"@acme/x-1.0.0.tgz":{"data":"', 'AAAA'],
  ])('%s is answered 413 in flat memory, whatever it would become', async (_title, url, start, filler) => {
    await test.app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = test.app.server.address() as AddressInfo
    const headers = { ...writer, 'content-type': 'application/json', 'content-encoding': 'gzip' }
    const request = httpRequest({ host: '127.0.0.1', port, path: url, method: 'PUT', headers })
    const gzip = createGzip()
    gzip.pipe(request)
    // The server stops listening at some point; what cannot be sent any more is not looked at.
    gzip.on('error', () => {})
    request.on('error', () => {})

    const answered = once(request, 'response')
    let done = false
    void answered.then(() => {
      done = true
    })
    const before = process.memoryUsage.rss()
    gzip.write(start)
    const block = Buffer.from(filler.repeat(MB / filler.length))
    for (let written = 0; written < 1024 && !done; written++) {
      if (!gzip.write(block)) await Promise.race([once(gzip, 'drain'), answered])
    }
    const [response] = await answered
    expect(response.statusCode).toBe(413)
    expect(JSON.parse(await text(response)).error).toMatch(/larger than \d+ bytes/)
    expect(process.memoryUsage.rss() - before).toBeLessThan(300 * MB)
    request.destroy()
    gzip.destroy()
  })
})
