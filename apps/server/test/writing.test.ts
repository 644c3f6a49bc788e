import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { createMemoryTarballStore } from '@nmr/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeTarball, publishDocument } from '../../../test/support/publish-document.ts'
import { createTestApp, reader, type TestApp, writer } from './support.ts'

let test: TestApp
beforeEach(() => {
  test = createTestApp()
})
afterEach(() => test.app.close())

interface Sent {
  readonly headers?: Record<string, string>
  readonly payload?: object | string
}

const send = (
  method: 'GET' | 'PUT' | 'DELETE' | 'POST',
  url: string,
  { headers = writer, payload }: Sent = {},
) =>
  test.app.inject({
    method,
    url,
    headers: { ...(payload !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(payload !== undefined && { payload }),
  })
const x = (version: string, more: object = {}) => publishDocument({ name: '@acme/x', version, ...more })
const put = (payload: object | string, url = '/@acme%2fx') => send('PUT', url, { payload })
const packument = async () => (await send('GET', '/@acme%2fx')).json()

describe('publish over http', () => {
  it('is answered 201 with the new revision', async () => {
    const answer = await put(x('1.0.0'))
    expect([answer.statusCode, answer.json()]).toEqual([
      201,
      { ok: true, success: true, id: '@acme/x', rev: (await packument())._rev },
    ])
  })

  it('takes the attachments before the versions, as yarn berry sends them', async () => {
    const { _id, _attachments, ...rest } = x('1.0.0')
    expect((await put({ _id, _attachments, ...rest })).statusCode).toBe(201)
  })

  it('takes a sigstore bundle beside the tarball', async () => {
    const document = x('1.0.0')
    const bundle = {
      content_type: 'application/vnd.dev.sigstore.bundle+json',
      data: '{"a":"\\""}',
      length: 8,
    }
    Object.assign(document._attachments, { '@acme/x-1.0.0.sigstore': bundle })
    expect((await put(document)).statusCode).toBe(201)
  })

  it.each(['scope-name', 'without the scope'])(
    'takes the attachment’s name as some clients write it: %s',
    async (how) => {
      const { _attachments, ...rest } = x('1.0.0')
      const [attachment] = Object.values(_attachments)
      const key = how === 'scope-name' ? 'acme-x-1.0.0.tgz' : 'x-1.0.0.tgz'
      expect((await put({ ...rest, _attachments: { [key]: attachment } })).statusCode).toBe(201)
    },
  )

  it('is answered 409 with a reason when the version is there', async () => {
    await put(x('1.0.0'))
    const again = await put(x('1.0.0'))
    expect(again.statusCode).toBe(409)
    expect(again.json().error).toMatch(/^@acme\/x@1\.0\.0 is already published/)
    // What npm 9 and older send after they have read the packument.
    const merged = { ...(await packument()), ...x('1.0.0'), versions: (await packument()).versions }
    expect((await put(merged)).statusCode).toBe(409)
  })

  it('is answered 413 as soon as the tarball is too large, with the limit in the text', async () => {
    const tarball = Buffer.alloc(1_000_001, 1)
    const answer = await put(x('1.0.0', { tarball }))
    expect(answer.statusCode).toBe(413)
    expect(answer.json().error).toMatch(/1000000 bytes.*settings\.max_tarball_size/)
  })

  it('is refused before the tarball is read to those who may not', async () => {
    for (const [headers, status] of [
      [{}, 401],
      [reader, 403],
    ] as const) {
      const answer = await send('PUT', '/@acme%2fx', { headers, payload: x('1.0.0') })
      expect(answer.statusCode).toBe(status)
      expect(answer.json().error).toEqual(expect.any(String))
      expect(answer.headers).not.toHaveProperty('www-authenticate')
    }
    expect((await send('GET', '/@acme%2fx')).statusCode).toBe(404)
  })

  it('of an unscoped name says how that could be allowed', async () => {
    const answer = await put(publishDocument({ name: 'plain', version: '1.0.0' }), '/plain')
    expect([answer.statusCode, answer.json().error]).toEqual([
      403,
      expect.stringContaining('settings.allow_unscoped'),
    ])
  })
})

describe('a body that is not what it should be', () => {
  const good = JSON.stringify(x('1.0.0'))
  const cases: [string, string | object][] = [
    ['nothing', ''],
    ['half of it', good.slice(0, good.length / 2)],
    ['all but its end', good.slice(0, -1)],
    ['more than one document', `${good}{}`],
    ['an array', '[]'],
    ['null', 'null'],
    ['a string', '"1.0.0"'],
    ['no JSON', 'hello'],
    ['a poisoned prototype', good.replace('{', '{"__proto__":{"x":1},')],
    ['no versions', { ...x('1.0.0'), versions: undefined }],
    ['versions that are a list', { ...x('1.0.0'), versions: [] }],
    ['versions that are text', { ...x('1.0.0'), versions: 'x' }],
    ['a version that is null', { ...x('1.0.0'), versions: { '1.0.0': null } }],
    ['dist-tags that are numbers', { ...x('1.0.0'), 'dist-tags': { latest: 1 } }],
    ['attachments that are a list', { ...x('1.0.0'), _attachments: [] }],
    ['an attachment that is text', { ...x('1.0.0'), _attachments: { '@acme/x-1.0.0.tgz': 'x' } }],
    ['data that is no base64', good.replace(/"data":"...../, '"data":"!!!!!')],
    ['data that is a number', { ...x('1.0.0'), _attachments: { '@acme/x-1.0.0.tgz': { data: 7 } } }],
    [
      'two tarballs',
      { ...x('1.0.0'), _attachments: { ...x('1.0.0')._attachments, ...x('1.0.1')._attachments } },
    ],
    ['a tarball of nothing', x('1.0.0', { tarball: Buffer.alloc(0) })],
    [
      'a tarball of another package',
      x('1.0.0', { tarball: makeTarball({ name: '@acme/y', version: '1.0.0' }) }),
    ],
    [
      'a tarball of another version',
      x('1.0.0', { tarball: makeTarball({ name: '@acme/x', version: '1.0.1' }) }),
    ],
    ['another name', publishDocument({ name: '@acme/y', version: '1.0.0' })],
    ['a version that is none', x('1.0')],
    ['a dist-tag that is a version', x('1.0.0', { tag: '2.0.0' })],
  ]

  it.each(cases)('%s: a clear 4xx, and nothing is visible afterwards', async (_title, payload) => {
    const answer = await put(payload)
    expect(answer.statusCode, answer.body).toBeGreaterThanOrEqual(400)
    expect(answer.statusCode, answer.body).toBeLessThan(500)
    expect(answer.json().error).toMatch(/\w+ \w+/)
    expect((await send('GET', '/@acme%2fx')).statusCode).toBe(404)
  })

  it('of another type than JSON is refused as such', async () => {
    const answer = await send('PUT', '/@acme%2fx', {
      headers: { ...writer, 'content-type': 'text/plain' },
      payload: good,
    })
    expect([answer.statusCode, answer.json().error]).toEqual([
      415,
      expect.stringContaining('application/json'),
    ])
  })
})

describe('a name that is not one', () => {
  const names = [
    '%2e%2e%2fx',
    '@acme%252fx',
    '@acme%5cx',
    'x%00y',
    '__proto__',
    `${'x'.repeat(300)}`,
    '@acme%2f..',
    '@..%2fx',
  ]

  it.each([...names, '@acme%2f%2e%2e%2f%2e%2e%2fetc', '@acme', '@acme%2f', 'a%20b'])(
    '%s: a clear 4xx',
    async (name) => {
      for (const [method, suffix, payload] of [
        ['GET', '', undefined],
        ['GET', '/1.0.0', undefined],
        ['GET', '/-/x-1.0.0.tgz', undefined],
        ['PUT', '', x('1.0.0')],
        ['DELETE', '/-rev/1-x', undefined],
      ] as const) {
        const answer = await send(method, `/${name}${suffix}`, payload && { payload })
        expect([400, 404, 405], `${method} ${suffix}: ${answer.body}`).toContain(answer.statusCode)
        expect(answer.json().error).toMatch(/\w+ \w+/)
      }
    },
  )

  it.each(['%zz', '%', '@acme%2fx%', '%c3%28'])('is no text at all: %s', async (name) => {
    const answer = await send('GET', `/${name}`)
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toEqual({ error: expect.any(String), reason: expect.any(String) })
  })

  it('may be called as members of every object are', async () => {
    test = createTestApp({}, { allowUnscoped: true })
    await test.publish({ name: 'constructor', version: '1.0.0' })
    expect((await send('GET', '/constructor')).json()).toMatchObject({ name: 'constructor' })
    expect((await send('GET', '/constructor/constructor')).statusCode).toBe(404)
  })
})

describe('dist-tags over http', () => {
  const tags = '/-/package/@acme%2fx/dist-tags'
  beforeEach(async () => {
    await put(x('1.0.0'))
    await put(x('1.1.0'))
  })

  it('are added, listed and removed', async () => {
    expect((await send('PUT', `${tags}/stable`, { payload: '"1.0.0"' })).statusCode).toBe(200)
    expect((await send('GET', tags)).json()).toEqual({ latest: '1.1.0', stable: '1.0.0' })
    expect((await send('PUT', '/@acme%2fx/old', { payload: '"1.0.0"' })).statusCode).toBe(201)
    expect((await send('POST', tags, { payload: { a: '1.0.0', b: '1.1.0' } })).statusCode).toBe(200)
    for (const tag of ['stable', 'old', 'a']) {
      expect((await send('DELETE', `${tags}/${tag}`)).statusCode).toBe(200)
    }
    expect((await send('GET', tags)).json()).toEqual({ latest: '1.1.0', b: '1.1.0' })
  })

  it('are refused with a reason', async () => {
    const refusals: [string, number, RegExp][] = [
      [(await send('DELETE', `${tags}/latest`)).body, 400, /latest of @acme\/x cannot be removed/],
      [(await send('DELETE', `${tags}/none`)).body, 404, /no dist-tag "none"/],
      [(await send('PUT', `${tags}/1.x`, { payload: '"1.0.0"' })).body, 400, /reads as a version or a range/],
      [
        (await send('PUT', `${tags}/beta`, { payload: '"9.9.9"' })).body,
        404,
        /@acme\/x@9\.9\.9 does not exist/,
      ],
      [(await send('PUT', `${tags}/beta`, { payload: '{"a":1}' })).body, 400, /body/],
    ]
    for (const [body, , text] of refusals) expect(JSON.parse(body).error).toMatch(text)
  })
})

describe('npm’s unpublish', () => {
  beforeEach(async () => {
    await put(x('1.0.0'))
    await put(x('1.1.0'))
  })

  it('of one version: the document without it, then its tarball', async () => {
    const { _rev, versions, ...rest } = (await send('GET', '/@acme%2fx?write=true')).json()
    const { '1.1.0': removed, ...left } = versions
    const written = await send('PUT', `/@acme%2fx/-rev/${_rev}`, {
      payload: { _rev, ...rest, versions: left },
    })
    expect(written.statusCode).toBe(201)
    const { _rev: next } = (await send('GET', '/@acme%2fx?write=true')).json()
    expect(next).not.toBe(_rev)
    const path = new URL(removed.dist.tarball).pathname
    expect((await send('DELETE', `${path}/-rev/${next}`)).statusCode).toBe(200)
    expect((await send('GET', path)).statusCode).toBe(410)
    expect((await send('GET', '/@acme%2fx/1.1.0')).statusCode).toBe(410)
    expect((await packument())['dist-tags']).toEqual({ latest: '1.0.0' })
  })

  it('of the package', async () => {
    const { _rev } = await packument()
    expect((await send('DELETE', '/@acme%2fx/-rev/1-stale')).statusCode).toBe(409)
    expect((await send('DELETE', `/@acme%2fx/-rev/${_rev}`)).statusCode).toBe(200)
    expect((await send('GET', '/@acme%2fx')).statusCode).toBe(404)
    expect((await send('GET', '/@acme/x/-/x-1.0.0.tgz')).statusCode).toBe(410)
    expect((await put(x('1.0.0'))).statusCode).toBe(409)
  })

  it('takes an empty body that calls itself JSON', async () => {
    const { _rev } = await packument()
    const headers = { ...writer, 'content-type': 'application/json' }
    expect((await send('DELETE', `/@acme%2fx/-rev/${_rev}`, { headers })).statusCode).toBe(200)
  })
})

describe('a star', () => {
  it('may be given by a reader, in a PUT that could also have been a publish', async () => {
    await put(x('1.0.0'))
    const { _rev } = await packument()
    const answer = await send('PUT', '/@acme%2fx', {
      headers: reader,
      payload: { _id: '@acme/x', _rev, users: { rita: true } },
    })
    expect(answer.statusCode).toBe(201)
    expect((await packument()).users).toEqual({ rita: true })
  })
})

describe('the log', () => {
  it('has one line a request, without tokens, queries or bodies', async () => {
    await put(x('1.0.0'))
    await send('GET', '/@acme%2fx?token=secret')
    await send('GET', '/-/user/token/npm_secret')
    expect(test.log.map(({ method, path, status, caller }) => [method, path, status, caller])).toEqual([
      ['PUT', '/@acme%2fx', 201, 'wendy'],
      ['GET', '/@acme%2fx', 200, 'wendy'],
      ['GET', '/-/user/token/…', 405, undefined],
    ])
    expect(JSON.stringify(test.log)).not.toMatch(/secret|writer-token/)
  })
})

describe('a fault of ours', () => {
  it('is logged whole and answered with a fixed text', async () => {
    const { app, log } = createTestApp({
      clock: () => {
        throw new Error('the disk said: hunter2')
      },
    })
    await app.inject({ method: 'PUT', url: '/@acme%2fx', headers: writer, payload: x('1.0.0') })
    const answer = await app.inject({ method: 'GET', url: '/@acme%2fx', headers: writer })
    expect([answer.statusCode, answer.body]).toEqual([500, expect.not.stringContaining('hunter2')])
    expect(log.some(({ err }) => String((err as Error | undefined)?.message).includes('hunter2'))).toBe(true)
  })
})

describe('a machine that is full', () => {
  it('is said to be, with its code and no path, so that people try again when there is room', async () => {
    const error = Object.assign(new Error('ENOSPC: no space left, write /srv/hunter2'), { code: 'ENOSPC' })
    const tarballs = { ...createMemoryTarballStore(), put: () => Promise.reject(error) }
    const { app, log } = createTestApp({}, {}, undefined, { tarballs })
    const answer = await app.inject({
      method: 'PUT',
      url: '/@acme%2fx',
      headers: writer,
      payload: x('1.0.0'),
    })
    expect(answer.statusCode).toBe(503)
    expect(answer.json().error).toMatch(/no room.*ENOSPC/)
    expect(answer.body).not.toContain('hunter2')
    expect(log.some(({ err }) => (err as Error | undefined)?.message.includes('hunter2'))).toBe(true)
  })
})

describe('a publish that is refused while it comes in', () => {
  it.each([
    ['too large', writer, 413],
    ['not allowed', reader, 403],
    ['of nobody', {}, 401],
  ])('is read to its end, so that the client gets to the answer: %s', async (_title, headers, status) => {
    const url = await test.app.listen({ port: 0, host: '127.0.0.1' })
    const type = { 'content-type': 'application/json' }
    const connection = { connection: 'close' }
    const sent = request(`${url}/@acme%2fx`, {
      method: 'PUT',
      headers: { ...type, ...connection, ...headers },
    })
    const closed = new Promise((resolve) => sent.once('close', resolve))
    let broken: unknown
    sent.on('error', (error) => {
      broken = error
    })
    sent.end(JSON.stringify(x('1.0.0', { tarball: Buffer.alloc(20_000_000, 1) })))
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    expect([answer.statusCode, await json(answer)]).toEqual([
      status,
      { error: expect.any(String), reason: expect.any(String) },
    ])
    await closed
    expect(broken).toBeUndefined()
  })
})

describe('a connection that breaks off', () => {
  it('in the middle of a publish leaves nothing and no fault behind', async () => {
    await test.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = test.app.server.address() as { port: number }
    const body = JSON.stringify(x('1.0.0'))
    const socket = connect(port, '127.0.0.1')
    const head = `PUT /@acme%2fx HTTP/1.1\r\nHost: x\r\nAuthorization: ${writer.authorization}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`
    await new Promise<void>((resolve) => socket.write(head + body.slice(0, -20), () => resolve()))
    socket.destroy()
    await expect.poll(() => test.log.length).toBeGreaterThan(0)
    expect((await send('GET', '/@acme%2fx')).statusCode).toBe(404)
    expect(test.log.map(({ level }) => level)).not.toContain(50)
  })
})

describe('a client that hangs up before its answer', () => {
  it('is logged, and nothing of its body is kept open', async () => {
    const spool = await mkdtemp(join(tmpdir(), 'nmr-hang-up-'))
    test = createTestApp({ spoolPath: spool, maxTarballSize: 10_000_000 })
    await test.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = test.app.server.address() as { port: number }
    const files = { 'noise.bin': randomBytes(2_000_000).toString('base64') }
    const body = JSON.stringify(x('1.0.0', { files }))
    const socket = connect(port, '127.0.0.1')
    const head = `PUT /@acme%2fx HTTP/1.1\r\nHost: x\r\nAuthorization: ${writer.authorization}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`
    await new Promise<void>((resolve) => socket.write(head + body, () => resolve()))
    socket.destroy()
    const requests = () => test.log.filter(({ msg }) => msg === 'request')
    await expect.poll(() => requests().map(({ status }) => status)).toEqual([499])
    const openFiles = async () => {
      const links = (await readdir('/proc/self/fd')).map((fd) =>
        readlink(`/proc/self/fd/${fd}`).catch(() => ''),
      )
      return (await Promise.all(links)).filter((path) => path.startsWith(spool))
    }
    await expect.poll(openFiles).toEqual([])
    await rm(spool, { recursive: true })
  })
})
