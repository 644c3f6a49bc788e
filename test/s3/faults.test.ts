import { once } from 'node:events'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import { isRegistryError, type RegistryError } from '@nmr/core'
import { type SampleTarball, sampleTarball } from '@nmr/core/testing'
import { openS3TarballStore, type S3TarballStore } from '@nmr/tarballs-s3'
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { makeBucket, type TestBucket } from './support/bucket.ts'
import { type FaultProxy, startFaultProxy } from './support/fault-proxy.ts'

const tarball = sampleTarball('@acme/widget', '1.0.0', 500_000)
const other = sampleTarball('@acme/widget', '1.0.1', 500_000)

const slowDown =
  '<Error><Code>SlowDown</Code><Message>Reduce your rate</Message><RequestId>tx-17</RequestId></Error>'

describe('a store in S3', () => {
  let bucket: TestBucket
  let proxy: FaultProxy
  let store: S3TarballStore

  beforeEach(async () => {
    bucket = await makeBucket()
    proxy = await startFaultProxy(inject('s3').port)
    const endpoint = `http://127.0.0.1:${proxy.port}`
    store = await openS3TarballStore({ ...bucket.options, endpoint, idleTimeout: 500 })
    await put(store, tarball)
    proxy.heal()
  })
  afterEach(async () => {
    await store.close()
    await proxy.stop()
    await bucket.dispose()
  })

  /** After what went wrong, the store works as before. */
  async function assertWorksAgain(): Promise<void> {
    proxy.heal()
    const another = sampleTarball('@acme/gadget')
    await put(store, another)
    expect((await read(store, another)).equals(another.bytes)).toBe(true)
    expect((await read(store, tarball)).equals(tarball.bytes)).toBe(true)
  }

  it('tries again when it is told to slow down', async () => {
    proxy.inject(/^PUT /, { kind: 'answer', status: 503, body: slowDown }, 2)
    await put(store, other)
    expect(proxy.requests.filter((line) => line.startsWith('PUT '))).toHaveLength(3)
    proxy.inject(/^GET /, { kind: 'answer', status: 503, body: slowDown }, 2)
    expect((await read(store, other)).equals(other.bytes)).toBe(true)
    expect(proxy.requests).toHaveLength(3)
  })

  it('gives up after three tries, and says so in one line with the id of the request', async () => {
    proxy.inject(/./, { kind: 'answer', status: 503, body: slowDown })
    const error = await failure(put(store, other))
    expect(error.message).toBe(
      `the tarball store could not keep ${other.key} (SlowDown, HTTP 503, request tx-17); try again`,
    )
    expect(error.retryAfter).toBeGreaterThan(0)
    expect(proxy.requests).toHaveLength(3)
    expect((await failure(read(store, tarball))).message).toContain('could not read @acme/widget/1.0.0-')
    expect((await failure(store.remove(tarball.key))).message).toContain(
      'could not remove @acme/widget/1.0.0-',
    )
    expect((await failure(list(store))).message).toContain('could not list')
    await assertWorksAgain()
  })

  it('says that the store is not to be had when its credentials are refused', async () => {
    const body = '<Error><Code>ExpiredToken</Code><RequestId>tx-18</RequestId></Error>'
    proxy.inject(/./, { kind: 'answer', status: 403, body })
    expect((await failure(read(store, tarball))).message).toContain('(ExpiredToken, HTTP 403, request tx-18)')
    await assertWorksAgain()
  })

  it('sends a tarball again when the connection is reset', async () => {
    proxy.inject(/^PUT /, { kind: 'reset' }, 1)
    await put(store, other)
    expect((await read(store, other)).equals(other.bytes)).toBe(true)
  })

  it('gives up when every connection is reset, and leaves nothing', async () => {
    proxy.inject(/^PUT /, { kind: 'reset' })
    expect((await failure(put(store, other))).message).toMatch(/\(ECONNRESET\); try again$/)
    expect(await bucket.objects()).toEqual([tarball.key])
    await assertWorksAgain()
  })

  it('knows its own tarball again when the answer to a put was lost', async () => {
    proxy.inject(/^PUT /, { kind: 'lost-answer' }, 1)
    await put(store, other)
    expect(proxy.requests.map((line) => line.split(' ')[0])).toEqual(['PUT', 'PUT', 'HEAD'])
    expect((await read(store, other)).equals(other.bytes)).toBe(true)
  })

  it('has the server refuse bytes that have changed on the way', async () => {
    proxy.inject(/^PUT /, { kind: 'flip', where: 'request' })
    expect((await failure(put(store, other))).message).toMatch(/\(XAmzContentSHA256Mismatch, HTTP 400/)
    expect(await bucket.objects()).toEqual([tarball.key])
    await assertWorksAgain()
  })

  it('fails a reader whose tarball is cut, rather than end early', async () => {
    proxy.inject(/^GET /, { kind: 'cut', after: 100_000 })
    const error = await failure(read(store, tarball))
    expect(error.message).toMatch(
      /could not send @acme\/widget\/1\.0\.0-\S+ beyond byte \d+ of 500000 \(\w+\)/,
    )
    await assertWorksAgain()
  })

  it('fails a reader whose tarball stops coming', async () => {
    proxy.inject(/^GET /, { kind: 'stall', after: 100_000 })
    expect((await failure(read(store, tarball))).message).toContain('(TimeoutError)')
    await assertWorksAgain()
  })

  it('lives through a connection that is cut while nobody reads yet', async () => {
    proxy.inject(/^GET /, { kind: 'cut', after: 100_000 })
    const opened = await store.open(tarball.key)
    await vi.waitUntil(() => proxy.open() === 0)
    if (opened?.kind !== 'stream') throw new Error('not a stream')
    await failure(buffer(opened.body))
    await assertWorksAgain()
  })

  it('does not find an object that was deleted behind its back, redirecting or not', async () => {
    const redirecting = await openS3TarballStore({ ...bucket.options, redirect: true })
    await bucket.client.send(new DeleteObjectCommand({ Bucket: bucket.options.bucket, Key: tarball.key }))
    expect(await store.open(tarball.key)).toBeUndefined()
    expect(await redirecting.open(tarball.key)).toBeUndefined()
    await redirecting.close()
  })

  it('ends the request when a reader goes away', async () => {
    const large = sampleTarball('@acme/large', '1.0.0', 8_000_000)
    await put(store, large)
    const opened = await store.open(large.key)
    if (opened?.kind !== 'stream' || !(opened.body instanceof Readable)) throw new Error('not a stream')
    opened.body.destroy()
    await once(opened.body, 'close')
    await vi.waitUntil(() => proxy.open() === 0)
    await assertWorksAgain()
  })

  it('uses one connection for one request after the other', async () => {
    const before = proxy.connections()
    for (let i = 0; i < 10; i++) await read(store, tarball)
    expect(proxy.connections() - before).toBeLessThanOrEqual(1)
  })
})

async function put(store: S3TarballStore, { key, bytes, measured }: SampleTarball): Promise<void> {
  await store.put(key, Readable.from([bytes]), measured)
}

async function read(store: S3TarballStore, { key }: SampleTarball): Promise<Buffer> {
  const opened = await store.open(key)
  if (opened?.kind !== 'stream') throw new Error(`${key} was not opened as a stream`)
  return buffer(opened.body)
}

async function list(store: S3TarballStore): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of store.keys()) keys.push(key)
  return keys
}

/** What `work` fails with: an error that asks to try again, in one line, without the credentials. */
async function failure(work: Promise<unknown>): Promise<RegistryError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isRegistryError(error, 'unavailable'))
    throw new Error('this should have been unavailable', { cause: error })
  const { accessKeyId, secretAccessKey } = inject('s3')
  const told = `${error.message} ${JSON.stringify(error)} ${String(error.cause)}`
  expect(told).not.toMatch(/\n/)
  expect(told).not.toContain(accessKeyId)
  expect(told).not.toContain(secretAccessKey)
  return error
}
