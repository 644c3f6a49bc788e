import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { seed } from '../github/seed.ts'
import { type Github, startGithub } from '../github/start-github.ts'
import { noise } from '../support/noise.ts'
import { integrityOf, makeTarball, publishDocument } from '../support/publish-document.ts'
import { createRegistryClient, type RegistryClient } from '../support/registry-client.ts'
import { type RunningServer, startServer } from '../support/server.ts'
import { type CountingPassage, openCountingPassage } from './counting-passage.ts'
import { examples, sendfileExamples } from './examples.ts'
import { freePort } from './free-port.ts'
import { createNpm } from './npm.ts'
import { type ReverseProxy, startReverseProxy } from './reverse-proxy.ts'

const MB = 1024 * 1024
const WRITER = 'ghp_wendy'
const ADMINISTRATOR = 'ghp_adam'
const STRANGER = 'ghp_sid'

it('has an example of each proxy that sends files', () => {
  expect(sendfileExamples.map(({ proxy, sendfile }) => `${proxy} ${sendfile}`)).toEqual([
    'nginx x-accel-redirect',
    'apache x-sendfile',
  ])
})

const together = sendfileExamples.flatMap((files) =>
  examples.filter(({ proxy }) => proxy === files.proxy).map((example) => ({ ...example, files })),
)

describe.each(together)('tarballs sent by $proxy, the prefix $prefix', (example) => {
  const { sendfile, configuration } = example.files
  const source = { name: '@acme/x', version: '1.0.0', extra: { repository: 'acme/tools' } }
  const tarball = makeTarball(source)
  const path = '/_npm/@acme/x/-/x-1.0.0.tgz'
  let folder: string
  let storage: string
  let github: Github
  let server: RunningServer
  let passage: CountingPassage
  let proxy: ReverseProxy
  let registry: RegistryClient
  let base: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nmr-sendfile-'))
    // Apache reads files as somebody else.
    await chmod(folder, 0o755)
    storage = join(folder, 'storage')
    const port = await freePort()
    base = `http://127.0.0.1:${port}`
    github = await startGithub()
    seed(github)
    server = await startServer(join(folder, 'server'), {
      server: {
        host: '127.0.0.1',
        port: await freePort(),
        public_url: `${base}/_npm/`,
        trust_proxy: ['127.0.0.1'],
      },
      storage: { local: { path: storage, sendfile } },
      auth: { type: 'github', github: { api_url: github.apiUrl } },
    })
    const both = {
      ...example,
      configuration(url: URL) {
        const { beside, within } = example.configuration(url)
        return { beside, within: `${within}\n${configuration(storage)}` }
      },
    }
    passage = await openCountingPassage(server.url)
    proxy = await startReverseProxy(both, { folder: join(folder, 'proxy'), port, registry: passage.url })
    registry = createRegistryClient(server.url, ADMINISTRATOR)
    expect(await registry.publish(publishDocument(source))).toBe(201)
    await isSettled(path)
  })

  afterAll(async () => {
    await proxy?.stop()
    await passage?.close()
    await server?.kill()
    await github?.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function send(path: string, headers: Record<string, string> = {}, method = 'GET') {
    const authorization = `Bearer ${WRITER}`
    const answer = await fetch(base + path, { method, headers: { authorization, ...headers } })
    return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) }
  }

  /** An answer has its Last-Modified, and can be given again, as soon as the second of the publish is over. */
  function isSettled(path: string): Promise<void> {
    const settled = async () => expect((await send(path, {}, 'HEAD')).headers.has('last-modified')).toBe(true)
    return vi.waitFor(settled, { timeout: 5000, interval: 20 })
  }

  /** What the registry itself answers whoever comes from an address of this machine. */
  async function sendDirectly(localAddress: string) {
    const headers = { authorization: `Bearer ${WRITER}` }
    const port = server.url.port
    const request = httpRequest({ host: '127.0.0.1', port, path, localAddress, headers, agent: false }).end()
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    return { headers: response.headers, body: await buffer(response) }
  }

  it('come from the file, whose name is all that the registry sends', async () => {
    for (let round = 0; round < 2; round++) {
      const handedOver = await sendDirectly('127.0.0.1')
      expect(handedOver.body.length).toBe(0)
      expect(handedOver.headers[sendfile]).toMatch(/\/@acme\/x\/1\.0\.0-.*\.tgz$/)

      const { status, headers, body } = await send(path)
      expect(status).toBe(200)
      expect(body.equals(tarball)).toBe(true)
      expect(headers.has(sendfile)).toBe(false)
    }
  })

  it('are asked for over few connections', async () => {
    const before = passage.connections
    for (let round = 0; round < 50; round++) expect((await send(path)).status).toBe(200)
    // Apache has several processes, each with connections of its own.
    expect(passage.connections - before).toBeLessThanOrEqual(10)
  })

  it('come from the registry for whoever comes around the proxy', async () => {
    const { headers, body } = await sendDirectly('127.0.0.2')
    expect(body.equals(tarball)).toBe(true)
    expect(headers).not.toHaveProperty(sendfile)
  })

  it('have the headers that the registry gives them', async () => {
    const { headers } = await send(path)
    const { headers: own } = await sendDirectly('127.0.0.2')
    for (const name of ['etag', 'last-modified', 'cache-control', 'content-type', 'content-length'])
      expect(headers.get(name), name).toBe(own[name])
    expect(headers.has('content-encoding')).toBe(false)

    const head = await send(path, {}, 'HEAD')
    expect(head.status).toBe(200)
    for (const name of ['etag', 'last-modified', 'content-length'])
      expect(head.headers.get(name), name).toBe(own[name])
  })

  it('are 304 for who has them, by tag or by date, and whole for who has others', async () => {
    const { headers } = await send(path)
    const etag = headers.get('etag') ?? ''
    const date = headers.get('last-modified') ?? ''
    for (const condition of [{ 'if-none-match': etag }, { 'if-modified-since': date }]) {
      const { status, headers, body } = await send(path, condition)
      expect([status, headers.get('etag'), body.length]).toEqual([304, etag, 0])
    }
    for (const condition of [
      { 'if-none-match': '"other"' },
      { 'if-modified-since': 'Mon, 01 Jan 2024 00:00:00 GMT' },
    ])
      expect((await send(path, condition)).body.equals(tarball)).toBe(true)
  })

  it('come in part, if they are still the same', async () => {
    const etag = (await send(path)).headers.get('etag') ?? ''
    const range = { range: 'bytes=10-19' }
    for (const headers of [range, { ...range, 'if-range': etag }]) {
      const part = await send(path, headers)
      expect(part.status).toBe(206)
      expect(part.headers.get('content-range')).toBe(`bytes 10-19/${tarball.length}`)
      expect(part.headers.get('etag')).toBe(etag)
      expect(part.body.equals(tarball.subarray(10, 20))).toBe(true)
    }
    expect((await send(path, { range: 'bytes=-5' })).body.equals(tarball.subarray(-5))).toBe(true)
    expect((await send(path, { ...range, 'if-range': '"other"' })).body.equals(tarball)).toBe(true)
    expect((await send(path, { range: `bytes=${tarball.length}-` })).status).toBe(416)
  })

  it('are refused by the registry to who may not have them', async () => {
    for (const authorization of [`Bearer ${STRANGER}`, 'Bearer ghp_revoked', '']) {
      const { status, body } = await send(path, { authorization })
      expect([401, 404]).toContain(status)
      expect(JSON.parse(body.toString())).toHaveProperty('error')
    }
    expect((await send('/_npm/@acme/x/-/x-2.0.0.tgz')).status).toBe(404)
  })

  it('cannot be had by the names of their files', async () => {
    const key = (await readdir(storage, { recursive: true })).find((file) => file.endsWith('.tgz'))
    for (const from of [
      '/_npm-files',
      '/_npm/_npm-files',
      storage,
      `/_npm${storage}`,
      '/_npm/..%2f_npm-files',
    ])
      expect((await send(`${from}/${key}`, { [sendfile]: `/_npm-files/${key}` })).status, from).toBe(404)
  })

  it('of 20 MB come whole', async () => {
    const files = { 'noise.bin': noise('big', 20 * MB) }
    const big = { ...source, name: '@acme/big', files }
    expect(await registry.publish(publishDocument(big))).toBe(201)
    const { body } = await send('/_npm/@acme/big/-/big-1.0.0.tgz')
    expect(body.length).toBeGreaterThan(20 * MB)
    expect(integrityOf(body)).toBe(integrityOf(makeTarball(big)))
  })

  it('are 410 as soon as they are unpublished', async () => {
    const brief = { ...source, name: '@acme/brief' }
    expect(await registry.publish(publishDocument(brief))).toBe(201)
    for (let round = 0; round < 2; round++)
      expect((await send('/_npm/@acme/brief/-/brief-1.0.0.tgz')).status).toBe(200)
    await registry.unpublishAll('@acme/brief')
    expect((await send('/_npm/@acme/brief/-/brief-1.0.0.tgz')).status).toBe(410)
  })

  it("are an error of the registry when their file is missing, and the proxy's when it was there before", async () => {
    const lost = { ...source, name: '@acme/lost' }
    const losing = () => rm(join(storage, '@acme/lost'), { recursive: true })
    expect(await registry.publish(publishDocument(lost))).toBe(201)
    await losing()
    const { status, body } = await send('/_npm/@acme/lost/-/lost-1.0.0.tgz')
    expect(status).toBe(502)
    expect(JSON.parse(body.toString()).error).toContain('missing from the store')

    expect(await registry.publish(publishDocument({ ...lost, version: '2.0.0' }))).toBe(201)
    await isSettled('/_npm/@acme/lost/-/lost-2.0.0.tgz')
    // What is asked for once is not kept.
    for (let time = 1; time <= 2; time++)
      expect((await send('/_npm/@acme/lost/-/lost-2.0.0.tgz')).status).toBe(200)
    await losing()
    expect((await send('/_npm/@acme/lost/-/lost-2.0.0.tgz')).status).toBe(404)
  })

  it('are what npm installs', async () => {
    const npm = await createNpm(join(folder, 'home'), `${base}/_npm/`, WRITER)
    const manifest = { name: '@acme/by-npm', version: '1.0.0', repository: 'acme/tools' }
    await npm.write('source', { 'package.json': JSON.stringify(manifest), 'index.js': '// by npm' })
    await npm.run('source', 'publish')
    await npm.write('project', { 'package.json': JSON.stringify({ name: 'project', version: '0.0.0' }) })
    await npm.run('project', 'install', '@acme/by-npm')
    expect(await readFile(join(npm.home, 'project/node_modules/@acme/by-npm/index.js'), 'utf8')).toBe(
      '// by npm',
    )
  })
})
