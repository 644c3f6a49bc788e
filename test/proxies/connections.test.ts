import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishDocument } from '../support/publish-document.ts'
import { type RunningServer, startServer } from '../support/server.ts'
import { type CountingPassage, openCountingPassage } from './counting-passage.ts'
import { examples } from './examples.ts'
import { freePort } from './free-port.ts'
import { type ReverseProxy, startReverseProxy } from './reverse-proxy.ts'

describe.each(examples)('connections of $proxy, the prefix $prefix,', (example) => {
  let folder: string
  let base: string
  let startRegistry: () => Promise<RunningServer>
  let server: RunningServer
  let passage: CountingPassage
  let proxy: ReverseProxy

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nmr-connections-'))
    const port = await freePort()
    base = `http://127.0.0.1:${port}/_npm/`
    const host = '127.0.0.1'
    const settings = { host, port: await freePort(), public_url: base, trust_proxy: [host] }
    startRegistry = () => startServer(join(folder, 'server'), { server: settings })
    server = await startRegistry()
    passage = await openCountingPassage(server.url)
    proxy = await startReverseProxy(example, { folder: join(folder, 'proxy'), port, registry: passage.url })
  })

  afterAll(async () => {
    await proxy?.stop()
    await passage?.close()
    await server?.kill()
    await rm(folder, { recursive: true, force: true })
  })

  async function send(method: string, path: string, more: RequestInit = {}) {
    const headers = { authorization: 'Bearer anything', 'content-type': 'application/json', ...more.headers }
    const answer = await fetch(base + path, { method, ...more, headers })
    await answer.arrayBuffer()
    return answer
  }

  function publish(name: string, version: string) {
    return send('PUT', name, { body: JSON.stringify(publishDocument({ name, version })) })
  }

  it('are few, for many requests of all kinds', async () => {
    const before = passage.connections
    for (let round = 0; round < 20; round++) {
      expect((await publish('@acme/x', `1.0.${round}`)).status).toBe(201)
      const { status, headers } = await send('GET', '@acme%2fx')
      expect(status).toBe(200)
      const known = { 'if-none-match': headers.get('etag') ?? '' }
      expect((await send('GET', '@acme%2fx', { headers: known })).status).toBe(304)
      expect((await send('HEAD', '@acme%2fx')).status).toBe(200)
      expect((await send('GET', `@acme/x/-/x-1.0.${round}.tgz`)).status).toBe(200)
      expect((await send('GET', '@acme/missing')).status).toBe(404)
    }
    // Apache has several processes, each with connections of its own.
    expect(passage.connections - before).toBeLessThanOrEqual(10)
  })

  it.each(['stop', 'kill'] as const)('do not keep a publish out after a %s of the registry', async (end) => {
    const name = `@acme/before-${end}`
    expect((await publish(name, '1.0.0')).status).toBe(201)
    await server[end]()
    server = await startRegistry()
    expect((await publish(name, '1.1.0')).status).toBe(201)
  })
})
