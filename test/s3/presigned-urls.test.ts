import { get } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { createSteppableClock, type SteppableClock, sampleTarball } from '@nmr/core/testing'
import { openS3TarballStore, type S3TarballStore } from '@nmr/tarballs-s3'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { makeBucket, type TestBucket } from './support/bucket.ts'

const tarball = sampleTarball('@acme/widget')

describe('a presigned URL', () => {
  let bucket: TestBucket
  let clock: SteppableClock
  let store: S3TarballStore

  beforeEach(async () => {
    bucket = await makeBucket()
    clock = createSteppableClock(new Date().toISOString())
    const publicEndpoint = `http://localhost:${inject('s3').port}`
    store = await openS3TarballStore({
      ...bucket.options,
      redirect: true,
      expires: 60,
      publicEndpoint,
      clock,
    })
    await store.put(tarball.key, bytes(), tarball.measured)
  })
  afterEach(async () => {
    await store.close()
    await bucket.dispose()
  })

  it('serves the tarball to a request without any header', async () => {
    const answer = await requestBare(await signed(store))
    expect(answer.status).toBe(200)
    expect(answer.body.equals(tarball.bytes)).toBe(true)
  })

  it('leads to the public endpoint', async () => {
    expect((await signed(store)).host).toBe(`localhost:${inject('s3').port}`)
  })

  it('is refused when its signature, its object or its life was changed', async () => {
    const url = await signed(store)
    const signature = url.searchParams.get('X-Amz-Signature') ?? ''
    const changes: Readonly<Record<string, (changed: URL) => void>> = {
      signature: ({ searchParams }) =>
        searchParams.set(
          'X-Amz-Signature',
          signature.replace(/^./, (c) => (c === '0' ? '1' : '0')),
        ),
      object: (changed) => {
        changed.pathname = changed.pathname.replace('1.0.0', '1.0.1')
      },
      life: ({ searchParams }) => searchParams.set('X-Amz-Expires', '6000'),
    }
    for (const [what, change] of Object.entries(changes)) {
      const changed = new URL(url)
      change(changed)
      expect(changed.href).not.toBe(url.href)
      expect((await requestBare(changed)).status, what).toBe(403)
    }
  })

  it('is refused when it has expired', async () => {
    clock.advance(-61_000)
    expect((await requestBare(await signed(store))).status).toBe(403)
  })

  it('cannot be used to write or to remove', async () => {
    const url = await signed(store)
    for (const method of ['PUT', 'DELETE']) {
      expect((await fetch(url, { method })).status, method).toBe(403)
    }
    expect((await requestBare(url)).status).toBe(200)
  })

  it('is refused together with a token, which is why clients must see another host name', async () => {
    const answer = await fetch(await signed(store), { headers: { authorization: 'Bearer a-registry-token' } })
    expect(answer.status).toBe(400)
  })

  it('is handed out again for half of its life, so that it is good for as long again', async () => {
    const first = await signed(store)
    clock.advance(29_000)
    expect((await signed(store)).href).toBe(first.href)
    clock.advance(2_000)
    const next = await signed(store)
    expect(next.href).not.toBe(first.href)
    expect(next.searchParams.get('X-Amz-Expires')).toBe('60')
  })

  it('is not handed out for a tarball that was removed', async () => {
    await signed(store)
    await store.remove(tarball.key)
    expect(await store.open(tarball.key)).toBeUndefined()
  })

  it('holds no secret beyond its signature', async () => {
    expect((await signed(store)).href).not.toContain(inject('s3').secretAccessKey)
  })
})

async function* bytes() {
  yield tarball.bytes
}

async function signed(store: S3TarballStore): Promise<URL> {
  const opened = await store.open(tarball.key)
  if (opened?.kind !== 'redirect') throw new Error('the store did not answer with a redirect')
  return new URL(opened.url)
}

/** Sends a Host header and nothing else. */
async function requestBare(
  url: URL,
): Promise<{ readonly status: number | undefined; readonly body: Buffer }> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, async (answer) => {
      resolve({ status: answer.statusCode, body: await buffer(answer) })
    }).once('error', reject)
  })
}
