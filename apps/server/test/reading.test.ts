import { gunzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import { integrityOf, makeTarball } from '../../../test/support/publish-document.ts'
import { createTestApp, reader, type TestApp } from './support.ts'

const spellings = ['/@acme/x', '/@acme%2fx', '/@acme%2Fx', '/%40acme%2fx', '/%40acme/x', '/%40acme%2Fx']
const abbreviated = 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*'
const tarball = makeTarball({ name: '@acme/x', version: '1.0.0' })

let test: TestApp
beforeEach(async () => {
  test = createTestApp()
  await test.publish({ name: '@acme/x', version: '1.0.0', tarball })
})

const get = (url: string, headers: Record<string, string> = {}) =>
  test.app.inject({ method: 'GET', url, headers: { ...reader, host: 'registry.test', ...headers } })

describe('every spelling of a scoped name', () => {
  it.each(spellings)('%s is the same packument', async (url) => {
    for (const suffix of ['', '/', '?write=true']) {
      const answer = await get(url + suffix)
      expect(answer.statusCode).toBe(200)
      expect(answer.json()).toMatchObject({
        _id: '@acme/x',
        name: '@acme/x',
        _rev: expect.stringMatching(/^1-\w+$/),
      })
    }
  })

  it.each(spellings)('%s leads to the version, the tag, the tarball and the dist-tags', async (url) => {
    expect((await get(`${url}/1.0.0`)).json()).toMatchObject({ version: '1.0.0' })
    expect((await get(`${url}/latest`)).json()).toMatchObject({ version: '1.0.0' })
    expect(integrityOf((await get(`${url}/-/x-1.0.0.tgz`)).rawPayload)).toBe(integrityOf(tarball))
    expect((await get(`/-/package${url}/dist-tags`)).json()).toEqual({ latest: '1.0.0' })
  })
})

describe('metadata', () => {
  it('comes abbreviated for clients that ask so, whole for all others and for those about to write', async () => {
    const short = await get('/@acme%2fx', { accept: abbreviated })
    expect(short.headers['content-type']).toBe('application/vnd.npm.install-v1+json')
    expect(short.json()).not.toHaveProperty('_rev')
    expect((await get('/@acme%2fx', { accept: 'application/json' })).json()).toHaveProperty('_rev')
    expect((await get('/@acme%2fx')).json()).toHaveProperty('_rev')
    expect((await get('/@acme%2fx?write=true', { accept: abbreviated })).json()).toHaveProperty('_rev')
  })

  it('is to be asked about each time, and differs by Accept and Accept-Encoding', async () => {
    const { headers } = await get('/@acme%2fx')
    expect(headers).toMatchObject({
      'cache-control': 'private, max-age=0, must-revalidate',
      vary: 'Accept, Accept-Encoding',
      etag: expect.stringMatching(/^".+"$/),
      'last-modified': 'Mon, 01 Jan 2024 00:00:01 GMT',
    })
  })

  it('is answered 304 to a client that has it, until it changes', async () => {
    const first = await get('/@acme%2fx')
    const noneMatch = { 'if-none-match': String(first.headers.etag) }
    const second = await get('/@acme%2fx', noneMatch)
    expect([second.statusCode, second.body, second.headers.etag]).toEqual([304, '', first.headers.etag])
    expect(
      (await get('/@acme%2fx', { 'if-none-match': `"other", W/${first.headers.etag}` })).statusCode,
    ).toBe(304)
    expect((await get('/@acme%2fx', { ...noneMatch, accept: abbreviated })).statusCode).toBe(200)
    await test.publish({ name: '@acme/x', version: '1.0.1' })
    expect((await get('/@acme%2fx', noneMatch)).statusCode).toBe(200)
  })

  it('is answered 304 to a client that has it in another encoding that it can read', async () => {
    const etag = async (encoding: Record<string, string>) =>
      String((await get('/@acme%2fx', encoding)).headers.etag)
    const gzip = { 'accept-encoding': 'gzip' }
    const [plain, zipped] = [await etag({}), await etag(gzip)]
    const kept = async (tag: string, encoding: Record<string, string>) => {
      const { statusCode, headers } = await get('/@acme%2fx', { ...encoding, 'if-none-match': tag })
      return [statusCode, headers.etag]
    }
    expect(await kept(plain, gzip)).toEqual([304, plain])
    expect(await kept(zipped, {})).toEqual([304, zipped])
    expect(await kept(zipped, { 'accept-encoding': 'identity' })).toEqual([200, plain])
    await test.publish({ name: '@acme/x', version: '1.0.1' })
    expect((await kept(zipped, {}))[0]).toBe(200)
  })

  it('takes If-Modified-Since where there is no If-None-Match', async () => {
    const since = { 'if-modified-since': 'Mon, 01 Jan 2024 00:00:01 GMT' }
    expect((await get('/@acme%2fx', since)).statusCode).toBe(304)
    expect((await get('/@acme%2fx', { ...since, 'if-none-match': '"other"' })).statusCode).toBe(200)
    const before = { 'if-modified-since': 'Mon, 01 Jan 2024 00:00:00 GMT' }
    expect((await get('/@acme%2fx', before)).statusCode).toBe(200)
  })

  it('comes with gzip where the client takes it', async () => {
    for (const accepted of ['gzip', 'deflate, gzip;q=0.5', '*', 'br, GZIP']) {
      const answer = await get('/@acme%2fx', { 'accept-encoding': accepted })
      expect(answer.headers['content-encoding']).toBe('gzip')
      expect(JSON.parse(gunzipSync(answer.rawPayload).toString())).toMatchObject({ name: '@acme/x' })
    }
    for (const accepted of ['', 'identity', 'gzip;q=0', 'br', 'gzip;q=0.0, br', 'xgzip']) {
      expect((await get('/@acme%2fx', { 'accept-encoding': accepted })).headers).not.toHaveProperty(
        'content-encoding',
      )
    }
  })

  it('is answered to HEAD with the headers of GET and no body', async () => {
    for (const url of ['/@acme%2fx', '/@acme%2fx/1.0.0', '/-/package/@acme%2fx/dist-tags']) {
      const head = await test.app.inject({
        method: 'HEAD',
        url,
        headers: { ...reader, host: 'registry.test' },
      })
      expect([head.statusCode, head.body]).toEqual([200, ''])
      expect(head.headers['content-length']).toBe((await get(url)).headers['content-length'])
    }
  })

  it('points at tarballs on the address that the client used, or on the configured one', async () => {
    const tarballOf = async (answer: Promise<{ json(): { dist: { tarball: string } } }>) =>
      (await answer).json().dist.tarball
    expect(await tarballOf(get('/@acme/x/latest'))).toBe('http://registry.test/@acme/x/-/x-1.0.0.tgz')
    expect(await tarballOf(get('/@acme/x/latest', { host: '[::1]:3000' }))).toBe(
      'http://[::1]:3000/@acme/x/-/x-1.0.0.tgz',
    )
    expect((await get('/@acme/x', { host: 'evil"><x' })).statusCode).toBe(400)

    test = createTestApp({ publicUrl: 'https://host.test/npm/team' })
    await test.publish({ name: '@acme/x', version: '1.0.0' })
    for (const prefix of ['', '/npm/team']) {
      expect(await tarballOf(get(`${prefix}/@acme%2fx/latest`))).toBe(
        'https://host.test/npm/team/@acme/x/-/x-1.0.0.tgz',
      )
    }
    expect((await get('/npm/teammate/@acme%2fx/latest')).statusCode).toBe(404)
  })

  it('believes a proxy that it was told to trust, and no other', async () => {
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'front.test' }
    expect((await get('/@acme/x/latest', forwarded)).json().dist.tarball).toContain('http://registry.test/')
    test = createTestApp({ trustProxy: true })
    await test.publish({ name: '@acme/x', version: '1.0.0' })
    expect((await get('/@acme/x/latest', forwarded)).json().dist.tarball).toContain('https://front.test/')
  })
})

describe('a tarball', () => {
  const url = '/@acme/x/-/x-1.0.0.tgz'

  it('comes as it was published, and may be kept for good', async () => {
    const answer = await get(url, { 'accept-encoding': 'gzip' })
    expect(answer.rawPayload).toEqual(Buffer.from(tarball))
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(tarball.length),
      'cache-control': 'private, max-age=31536000, immutable',
      'accept-ranges': 'bytes',
    })
    expect(answer.headers).not.toHaveProperty('content-encoding')
  })

  it('is to be asked about where versions may be replaced', async () => {
    test = createTestApp({ immutableTarballs: false }, { allowPreviousVersion: true })
    await test.publish({ name: '@acme/x', version: '1.0.0' })
    const { headers } = await get(url)
    expect(headers['cache-control']).toContain('must-revalidate')
    expect(headers).not.toHaveProperty('last-modified')
    expect((await get(url, { 'if-modified-since': 'Fri, 01 Jan 2027 00:00:00 GMT' })).statusCode).toBe(200)
  })

  it('comes in parts', async () => {
    const part = await get(url, { range: 'bytes=10-19' })
    expect([part.statusCode, part.headers['content-range']]).toEqual([206, `bytes 10-19/${tarball.length}`])
    expect(part.rawPayload).toEqual(Buffer.from(tarball.subarray(10, 20)))
    expect((await get(url, { range: 'bytes=-5' })).rawPayload).toEqual(Buffer.from(tarball.subarray(-5)))
    expect((await get(url, { range: 'bytes=999999-' })).statusCode).toBe(416)
    for (const range of ['bytes=0-1,5-6', 'lines=1-2', 'bytes=x']) {
      expect((await get(url, { range })).rawPayload.length).toBe(tarball.length)
    }
    expect((await get(url, { range: 'bytes=0-1', 'if-range': '"other"' })).statusCode).toBe(200)
  })

  it('is answered to HEAD and to a client that has it without its bytes', async () => {
    const head = await test.app.inject({ method: 'HEAD', url, headers: { ...reader, host: 'registry.test' } })
    expect([head.statusCode, head.body, head.headers['content-length']]).toEqual([
      200,
      '',
      String(tarball.length),
    ])
    expect((await get(url, { 'if-none-match': String(head.headers.etag) })).statusCode).toBe(304)
  })

  it.each([
    'x-1.0.1.tgz',
    'x-1.0.0.tar',
    'y-1.0.0.tgz',
    '..%2f..%2fx-1.0.0.tgz',
    'x-1.0.0.tgz%00',
    'x-v1.0.0.tgz',
  ])('is not found under %s', async (file) => {
    const answer = await get(`/@acme/x/-/${file}`)
    expect(answer.statusCode).toBe(404)
    expect(answer.json().error).toMatch(/@acme\/x/)
  })
})

describe('what is not ours', () => {
  it('is to be had elsewhere', async () => {
    for (const url of [
      '/left-pad',
      '/left-pad/latest',
      '/left-pad/-/left-pad-1.0.0.tgz',
      '/-/package/left-pad/dist-tags',
    ]) {
      const answer = await get(url)
      expect([answer.statusCode, answer.headers.location]).toEqual([302, 'http://upstream.test/left-pad'])
    }
  })

  it.each([
    '/@acme/missing',
    '/@acme%2fmissing',
    '/%40acme%2Fmissing',
    '/@ACME/x',
    '/@acme/missing/latest',
    '/@acme/y/-/y-1.0.0.tgz',
  ])('is never looked for there when it is in our scope: %s', async (url) => {
    const answer = await get(url)
    expect(answer.statusCode).toBe(404)
    expect(answer.json().error).toMatch(/is not in this registry/)
  })
})

describe('what is about no package', () => {
  it('says who answers, and that it does', async () => {
    expect((await get('/')).json()).toEqual({ name: 'nmr', version: expect.stringMatching(/^\d/) })
    expect((await get('/-/ping?write=true')).json()).toEqual({})
    expect((await get('/-/nothing/here')).statusCode).toBe(404)
  })
})
