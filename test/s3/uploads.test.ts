import { createHash } from 'node:crypto'
import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3'
import { isRegistryError } from '@nmr/core'
import { openS3TarballStore, type S3TarballStore } from '@nmr/tarballs-s3'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { makeBucket, type TestBucket } from './support/bucket.ts'
import { type FaultProxy, startFaultProxy } from './support/fault-proxy.ts'
import { largeTarball } from './support/large-tarball.ts'

const MIB = 1024 * 1024
const tarball = largeTarball(20 * MIB + 5)
const PART = /^PUT .*[?&]partNumber=2\b/
const COMPLETE = /^POST .*[?&]uploadId=/
const ABORT = /^DELETE .*[?&]uploadId=/

describe('a large tarball', () => {
  let bucket: TestBucket
  let proxy: FaultProxy
  let store: S3TarballStore

  beforeEach(async () => {
    bucket = await makeBucket()
    proxy = await startFaultProxy(inject('s3').port)
    const endpoint = `http://127.0.0.1:${proxy.port}`
    store = await openS3TarballStore({ ...bucket.options, endpoint, prefix: 'npm/' })
    proxy.heal()
  })
  afterEach(async () => {
    await store.close()
    await proxy.stop()
    await bucket.dispose()
  })

  async function assertNothingLeft(): Promise<void> {
    expect(await bucket.objects()).toEqual([])
    expect(await bucket.uploads()).toEqual([])
  }

  it('is sent in parts as it is read, and read back as it was', async () => {
    const huge = largeTarball(150 * MIB)
    let mostInFlight = 0
    await store.put(
      huge.key,
      huge.bytes((handedOut) => {
        mostInFlight = Math.max(mostInFlight, handedOut - proxy.received())
      }),
      huge.measured,
    )
    // A part, the chunk that did not fit into it, and nothing else.
    expect(mostInFlight).toBeLessThan(9 * MIB)
    expect(await digestOf(store, huge)).toBe(huge.measured.integrity)
    expect(await bucket.uploads()).toEqual([])
  })

  it('that fails on the way leaves neither object nor upload', async () => {
    const broken = new Error('the connection broke')
    async function* body() {
      for await (const chunk of tarball.bytes()) {
        yield chunk
        if (proxy.received() > 9 * MIB) throw broken
      }
    }
    await expect(store.put(tarball.key, body(), tarball.measured)).rejects.toBe(broken)
    expect(proxy.requests.some((line) => ABORT.test(line))).toBe(true)
    await assertNothingLeft()
  })

  it('that fails on the way fails also when the same one is there, which stays', async () => {
    await store.put(tarball.key, tarball.bytes(), tarball.measured)
    const broken = new Error('the connection broke')
    async function* body() {
      yield* tarball.bytes()
      throw broken
    }
    await expect(store.put(tarball.key, body(), tarball.measured)).rejects.toBe(broken)
    expect(await digestOf(store, tarball)).toBe(tarball.measured.integrity)
    expect(await bucket.uploads()).toEqual([])
  })

  it('that is not what was announced is aborted before its last part is sent', async () => {
    const announced = { ...tarball.measured, integrity: largeTarball(1).measured.integrity }
    await expect(store.put(tarball.key, tarball.bytes(), announced)).rejects.toSatisfy((error) =>
      isRegistryError(error, 'invalid_tarball'),
    )
    expect(proxy.received()).toBe(16 * MIB)
    await assertNothingLeft()
  })

  it('goes through when a part is refused for a moment', async () => {
    proxy.inject(PART, { kind: 'answer', status: 500 }, 2)
    await store.put(tarball.key, tarball.bytes(), tarball.measured)
    expect(await digestOf(store, tarball)).toBe(tarball.measured.integrity)
  })

  it('leaves neither object nor upload when a part cannot be sent', async () => {
    proxy.inject(PART, { kind: 'answer', status: 503 })
    await expect(store.put(tarball.key, tarball.bytes(), tarball.measured)).rejects.toSatisfy((error) =>
      isRegistryError(error, 'unavailable'),
    )
    await assertNothingLeft()
  })

  it('has changed bytes of a part refused', async () => {
    proxy.inject(PART, { kind: 'flip', where: 'request' })
    await expect(store.put(tarball.key, tarball.bytes(), tarball.measured)).rejects.toThrow(
      'XAmzContentSHA256Mismatch',
    )
    await assertNothingLeft()
  })

  it('is there when only the answer to its completion was lost', async () => {
    proxy.inject(COMPLETE, { kind: 'lost-answer' }, 1)
    await store.put(tarball.key, tarball.bytes(), tarball.measured)
    expect(await digestOf(store, tarball)).toBe(tarball.measured.integrity)
    expect(await bucket.uploads()).toEqual([])
  })

  it('whose upload could not even be aborted is discarded later, and nothing else is', async () => {
    proxy.inject(/partNumber=2|^DELETE /, { kind: 'reset' })
    await expect(store.put(tarball.key, tarball.bytes(), tarball.measured)).rejects.toThrow('ECONNRESET')
    proxy.heal()
    const begin = (Key: string) =>
      bucket.client.send(new CreateMultipartUploadCommand({ Bucket: bucket.options.bucket, Key }))
    await begin('npm/somebody-elses.iso')
    await begin('elsewhere/1.0.0-abc-x.tgz')
    const others = ['elsewhere/1.0.0-abc-x.tgz', 'npm/somebody-elses.iso']
    expect((await bucket.uploads()).sort()).toEqual([...others, `npm/${tarball.key}`].sort())

    expect(await store.discardUnfinished(new Date(Date.now() - 60_000))).toBe(0)
    expect(await bucket.uploads()).toHaveLength(3)
    expect(await store.discardUnfinished(new Date(Date.now() + 60_000))).toBe(1)
    expect((await bucket.uploads()).sort()).toEqual(others)
    expect(await bucket.objects()).toEqual([])
  })
})

async function digestOf(store: S3TarballStore, { key }: Pick<typeof tarball, 'key'>): Promise<string> {
  const opened = await store.open(key)
  if (opened?.kind !== 'stream') throw new Error(`${key} was not opened as a stream`)
  const sha512 = createHash('sha512')
  for await (const chunk of opened.body) sha512.update(chunk)
  return `sha512-${sha512.digest('base64')}`
}
