import { createCipheriv, createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { integrityOf, makeTarball, publishDocument } from '../support/publish-document.ts'
import type { Packument } from '../support/registry-client.ts'
import { type LoggedRequest, type RunningServer, startServer } from '../support/server.ts'
import { examples } from './examples.ts'
import { freePort } from './free-port.ts'
import { createNpm } from './npm.ts'
import { type ReverseProxy, startReverseProxy } from './reverse-proxy.ts'

const MB = 1024 * 1024
const PATIENTLY = { timeout: 5000, interval: 10 }
const SPELLINGS = ['@acme/x', '@acme%2fx', '@acme%2Fx', '%40acme/x', '%40acme%2fx', '%40acme%2Fx']

it('has an example of each proxy, with the prefix passed on and taken off', () => {
  expect(examples.map(({ proxy, prefix }) => `${proxy} ${prefix}`)).toEqual([
    'nginx passed on',
    'nginx taken off',
    'apache passed on',
    'apache taken off',
  ])
})

describe.each(examples)('behind $proxy, the prefix $prefix', (example) => {
  let folder: string
  let port: number
  let server: RunningServer
  let proxy: ReverseProxy
  let base: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nmr-proxy-'))
    port = await freePort()
    base = `http://127.0.0.1:${port}/_npm/`
    server = await startServer(join(folder, 'server'), {
      server: { host: '127.0.0.1', port: await freePort(), public_url: base, trust_proxy: ['127.0.0.1'] },
    })
    proxy = await startReverseProxy(example, { folder: join(folder, 'proxy'), port, registry: server.url })
  })

  afterAll(async () => {
    await proxy?.stop()
    await server?.kill()
    await rm(folder, { recursive: true, force: true })
  })

  const get = (path: string, headers: Record<string, string> = {}) => send('GET', path, { headers })

  async function send(
    method: string,
    path: string,
    { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {},
  ) {
    const request = open(method, path, headers)
    request.end(body)
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    return { status: response.statusCode, headers: response.headers, body: await buffer(response) }
  }

  /** Node's own client sends a path as it is, and decodes nothing. */
  function open(method: string, path: string, headers: Record<string, string>) {
    const options: RequestOptions = {
      host: '127.0.0.1',
      port,
      method,
      path: `/_npm/${path}`,
      agent: false,
      headers,
    }
    return httpRequest({ ...options, headers: { authorization: 'Bearer anything', ...headers } })
  }

  /** A request that the server writes down, which it need not have done before it answers. */
  function logged(isMeant: (request: LoggedRequest) => boolean): Promise<LoggedRequest> {
    return vi.waitFor(() => {
      const found = server.requests.find(isMeant)
      if (found === undefined) throw new Error('it is not in the log')
      return found
    }, PATIENTLY)
  }

  async function put(path: string, document: object) {
    const body = JSON.stringify(document)
    return send('PUT', path, { headers: { 'content-type': 'application/json' }, body })
  }

  async function packument(path: string): Promise<Packument> {
    return JSON.parse((await get(path)).body.toString())
  }

  const tarball = makeTarball({ name: '@acme/x', version: '1.0.0' })

  it.each(SPELLINGS.map((spelling, index) => [spelling, `1.0.${index}`]))(
    'PUT and GET of %s are the same package, and the address arrives as it was sent',
    async (spelling, version) => {
      const answer = await put(spelling, publishDocument({ name: '@acme/x', version }))
      expect([answer.status, answer.body.toString()]).toEqual([201, expect.stringContaining('"@acme/x"')])
      for (const suffix of ['', `/${version}`, '/latest', `/-/x-${version}.tgz`])
        expect((await get(spelling + suffix)).status, suffix).toBe(200)
      expect((await get(`-/package/${spelling}/dist-tags`)).status).toBe(200)

      const { path } = await logged(({ method, path }) => method === 'PUT' && path.endsWith(spelling))
      expect(path).toBe(example.prefix === 'passed on' ? `/_npm/${spelling}` : `/${spelling}`)
    },
  )

  it('dist.tarball is at the public address, and leads to the tarball', async () => {
    const { dist } = (await packument('@acme%2fx')).versions['1.0.0'] ?? {}
    expect(dist?.tarball).toBe(`${base}@acme/x/-/x-1.0.0.tgz`)
    const answer = await get('@acme/x/-/x-1.0.0.tgz')
    expect(answer.body.equals(tarball)).toBe(true)
    expect(answer.headers['content-encoding']).toBeUndefined()
  })

  it('metadata is gzipped once', async () => {
    for (const accept of ['application/json', 'application/vnd.npm.install-v1+json']) {
      const answer = await get('@acme%2fx', { accept, 'accept-encoding': 'gzip' })
      expect(answer.headers['content-encoding']).toBe('gzip')
      expect(JSON.parse(gunzipSync(answer.body).toString())).toMatchObject({ name: '@acme/x' })
    }
  })

  it('a client that has a document or tarball is answered 304', async () => {
    for (const path of ['@acme%2fx', '@acme/x/-/x-1.0.0.tgz'])
      for (const encoding of ['gzip', 'identity']) {
        const headers = { 'accept-encoding': encoding }
        const { etag = '' } = (await get(path, headers)).headers
        const again = await get(path, { ...headers, 'if-none-match': etag })
        expect([path, encoding, again.status, again.body.length]).toEqual([path, encoding, 304, 0])
      }
  })

  it('HEAD is answered as GET is, without the body', async () => {
    for (const path of ['@acme%2fx', '@acme%2fx/1.0.0', '@acme/x/-/x-1.0.0.tgz']) {
      const head = await send('HEAD', path)
      expect([path, head.status, head.body.length]).toEqual([path, 200, 0])
      expect(head.headers.etag).toBe((await get(path)).headers.etag)
    }
  })

  it('a range of a tarball is that range', async () => {
    const answer = await get('@acme/x/-/x-1.0.0.tgz', { range: 'bytes=10-19' })
    expect(answer.status).toBe(206)
    expect(answer.headers['content-range']).toBe(`bytes 10-19/${tarball.length}`)
    expect(answer.body.equals(tarball.subarray(10, 20))).toBe(true)
  })

  it('a tarball of 20 MB goes in and comes out', async () => {
    const big = makeTarball({
      name: '@acme/big',
      version: '1.0.0',
      files: { 'noise.bin': noise(20 * MB) },
    })
    expect(big.length).toBeGreaterThan(20 * MB)
    expect(
      (await put('@acme%2fbig', publishDocument({ name: '@acme/big', version: '1.0.0', tarball: big })))
        .status,
    ).toBe(201)
    const answer = await get('@acme/big/-/big-1.0.0.tgz')
    expect(integrityOf(answer.body)).toBe(integrityOf(big))
  })

  it('a publish of unknown length, in chunks, goes in', async () => {
    const request = open('PUT', '@acme%2fchunked', {
      'content-type': 'application/json',
      'transfer-encoding': 'chunked',
    })
    const body = JSON.stringify(publishDocument({ name: '@acme/chunked', version: '1.0.0' }))
    request.write(body.slice(0, 300))
    request.end(body.slice(300))
    const [response] = await once(request, 'response')
    expect(response.statusCode).toBe(201)
  })

  it('npm publishes, installs and unpublishes', async () => {
    const npm = await createNpm(join(folder, 'home'), base)
    for (const version of ['1.0.0', '1.1.0']) {
      await npm.write('source', {
        'package.json': JSON.stringify({ name: '@acme/by-npm', version }),
        'index.js': `// ${version}`,
      })
      await npm.run('source', 'publish')
    }
    await npm.write('project', { 'package.json': JSON.stringify({ name: 'project', version: '0.0.0' }) })
    await npm.run('project', 'install', '@acme/by-npm@1.0.0')
    expect(await readFile(join(npm.home, 'project/node_modules/@acme/by-npm/index.js'), 'utf8')).toBe(
      '// 1.0.0',
    )
    const lock = await readFile(join(npm.home, 'project/package-lock.json'), 'utf8')
    expect(lock).toContain(`"resolved": "${base}@acme/by-npm/-/by-npm-1.0.0.tgz"`)

    await npm.run('source', 'unpublish', '@acme/by-npm@1.1.0')
    expect(Object.keys((await packument('@acme%2fby-npm')).versions)).toEqual(['1.0.0'])
    expect((await get('@acme/by-npm/-/by-npm-1.1.0.tgz')).status).toBe(410)
    const removal = await logged(
      ({ method, client }) => method === 'DELETE' && client?.startsWith('npm') === true,
    )
    expect(removal).toMatchObject({ path: expect.stringContaining('by-npm-1.1.0.tgz/-rev/'), status: 200 })
  })

  it('a body is passed on while it arrives', async ({ onTestFinished }) => {
    const registry = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void registry.close().closeAllConnections())
    await once(registry, 'listening')
    const registryUrl = new URL(`http://127.0.0.1:${(registry.address() as AddressInfo).port}`)
    const place = { folder: join(folder, 'another'), port: await freePort(), registry: registryUrl }
    const another = await startReverseProxy(example, place)
    onTestFinished(() => another.stop())

    const arrived = once(registry, 'request')
    const options = {
      host: '127.0.0.1',
      port: place.port,
      method: 'PUT',
      path: '/_npm/@acme%2fx',
      agent: false,
    }
    const sending = httpRequest({ ...options, headers: { 'content-length': 50 * MB } })
    onTestFinished(() => void sending.on('error', () => {}).destroy())
    sending.write(noise(MB))
    const [request] = (await arrived) as [IncomingMessage]
    let size = 0
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      size += chunk.length
      if (size >= MB / 2) break
    }
    expect(size).toBeGreaterThanOrEqual(MB / 2)
  })
})

/** Bytes that do not compress, always the same. */
function noise(size: number): Buffer {
  const key = createHash('sha256').update('noise').digest().subarray(0, 16)
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size))
}
