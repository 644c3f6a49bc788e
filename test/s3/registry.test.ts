import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openS3TarballStore, type S3TarballStore } from '@nmr/tarballs-s3'
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest'
import { makeTarball } from '../support/tarball.ts'
import { makeBucket, type TestBucket } from './support/bucket.ts'
import { type FaultProxy, startFaultProxy } from './support/fault-proxy.ts'
import { startRegistry, type TestRegistry, TOKEN } from './support/s3-registry.ts'

// What clients see of a registry whose tarballs are in S3.

/** Such bytes do not become fewer by gzip. */
const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i * 2654435761) >>> 24))
const source = { name: '@acme/widget', version: '1.0.0', files: { 'content.bin': content } }
const tarball = makeTarball(source)
const path = '/@acme/widget/-/widget-1.0.0.tgz'
const slowDown = '<Error><Code>SlowDown</Code><RequestId>tx-17</RequestId></Error>'

let bucket: TestBucket
let proxy: FaultProxy
let spool: string
beforeEach(async () => {
  bucket = await makeBucket()
  proxy = await startFaultProxy(inject('s3').port)
  spool = await mkdtemp(join(tmpdir(), 'nmr-s3-'))
})
afterEach(async () => {
  await proxy.stop()
  await bucket.dispose()
  await rm(spool, { recursive: true })
})

/** A registry with one version, whose store is reached through the proxy. */
async function start(options: {
  readonly redirect: boolean
}): Promise<TestRegistry & { store: S3TarballStore }> {
  const store = await openS3TarballStore({
    ...bucket.options,
    endpoint: `http://127.0.0.1:${proxy.port}`,
    publicEndpoint: `http://localhost:${inject('s3').port}`,
    idleTimeout: 500,
    ...options,
  })
  const registry = await startRegistry(store, spool)
  onTestFinished(async () => {
    await registry.stop()
    await store.close()
  })
  expect(await registry.publish(source)).toBe(201)
  proxy.heal()
  return { ...registry, store }
}

async function bytesOf(answer: Response): Promise<Buffer> {
  return Buffer.from(await answer.arrayBuffer())
}

describe('a registry that streams from S3', () => {
  it('serves a tarball, parts of it, and what is known of it', async () => {
    const { get } = await start({ redirect: false })
    const whole = await get(path)
    expect(whole.status).toBe(200)
    expect((await bytesOf(whole)).equals(tarball)).toBe(true)
    const part = await get(path, { headers: { range: 'bytes=100-1099' } })
    expect(part.status).toBe(206)
    expect((await bytesOf(part)).equals(tarball.subarray(100, 1100))).toBe(true)
    const known = await get(path, { method: 'HEAD' })
    expect(known.headers.get('content-length')).toBe(String(tarball.length))
  })

  it('answers 503 and when to come back while the store is overloaded, and goes on after it', async () => {
    const { get, publish, log } = await start({ redirect: false })
    proxy.inject(/./, { kind: 'answer', status: 503, body: slowDown })
    const refused = await get(path, { headers: { range: 'bytes=0-9' } })
    expect(refused.status).toBe(503)
    expect(refused.headers.get('content-range')).toBeNull()
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused.headers.get('cache-control')).toBe('no-store')
    expect(await refused.json()).toMatchObject({
      error: expect.stringMatching(
        /^the tarball store could not read @acme\/widget\/\S+ \(SlowDown, HTTP 503, request tx-17\)/,
      ),
    })
    expect(await publish({ ...source, version: '1.0.1' })).toBe(503)
    expect(log()).toContain('request tx-17')
    proxy.heal()
    expect(await publish({ ...source, version: '1.0.1' })).toBe(201)
    expect((await bytesOf(await get(path))).equals(tarball)).toBe(true)
  })

  for (const kind of ['cut', 'stall'] as const) {
    it(`breaks the connection when the store's does (${kind}), so that nobody takes a part for the whole`, async () => {
      const { get } = await start({ redirect: false })
      proxy.inject(/^GET /, { kind, after: 100_000 })
      await expect(get(path).then(bytesOf)).rejects.toThrow('terminated')
      proxy.heal()
      expect((await bytesOf(await get(path))).equals(tarball)).toBe(true)
    })
  }

  it('answers 502 for a tarball that somebody deleted from the bucket', async () => {
    const { get, store } = await start({ redirect: false })
    for await (const { key } of store.keys()) await store.remove(key)
    expect((await get(path)).status).toBe(502)
  })

  it('logs neither credentials nor signatures', async () => {
    const { get, log } = await start({ redirect: false })
    proxy.inject(/./, {
      kind: 'answer',
      status: 403,
      body: '<Error><Code>SignatureDoesNotMatch</Code></Error>',
    })
    expect((await get(path)).status).toBe(503)
    expect(log()).toContain('SignatureDoesNotMatch')
    expect(log()).not.toMatch(/AWS4-HMAC|X-Amz-|Signature=/i)
    expect(log()).not.toContain(inject('s3').accessKeyId)
    expect(log()).not.toContain(inject('s3').secretAccessKey)
  })
})

describe('a registry that redirects to S3', () => {
  it('sends readers to an address that nobody may keep, and that works without their token', async () => {
    const { get, log } = await start({ redirect: true })
    const answer = await get(path)
    expect(answer.status).toBe(302)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const location = answer.headers.get('location') ?? ''
    expect((await bytesOf(await fetch(location))).equals(tarball)).toBe(true)
    expect(location).not.toContain(TOKEN)
    expect(log()).not.toContain(new URL(location).searchParams.get('X-Amz-Signature'))
  })

  it('sends nobody anywhere who may not read', async () => {
    const { get } = await start({ redirect: true })
    const answer = await get(path, { headers: { authorization: 'Bearer nobody' } })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.headers.get('location')).toBeNull()
  })

  it('sends also those who ask for a part, who then get that part', async () => {
    const { get } = await start({ redirect: true })
    const range = { range: 'bytes=100-1099' }
    const answer = await get(path, { headers: range })
    expect(answer.status).toBe(302)
    expect(answer.headers.get('content-range')).toBeNull()
    const part = await fetch(answer.headers.get('location') ?? '', { headers: range })
    expect(part.status).toBe(206)
    expect((await bytesOf(part)).equals(tarball.subarray(100, 1100))).toBe(true)
  })

  it('does not fetch a byte of a tarball for a thousand readers', async () => {
    const { get } = await start({ redirect: true })
    for (let i = 0; i < 100; i++) {
      const answers = await Promise.all(Array.from({ length: 10 }, () => get(path)))
      for (const answer of answers) expect(answer.status).toBe(302)
    }
    expect(proxy.requests.filter((line) => !line.startsWith('HEAD '))).toEqual([])
  })
})
