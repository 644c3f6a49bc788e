import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { type SampleTarball, sampleTarball } from '@nmr/core/testing'
import type { S3TarballStore } from '@nmr/tarballs-s3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, errorAnswer, type Stub, startStub } from './stub-store.ts'

// What Amazon's store does and the one that the other tests run against does not.

const tarball = sampleTarball('@acme/widget')
const large = sampleTarball('@acme/large', '1.0.0', 9_000_000)

let stub: Stub
beforeEach(async () => {
  stub = await startStub()
})
afterEach(() => stub.stop())

describe('a put', () => {
  it('asks that there be no object yet, and signs the SHA-256 of what is sent', async () => {
    const store = await stub.open({ prefix: 'npm/' })
    await put(store, tarball)
    expect(stub.received).toHaveLength(1)
    const { line, headers, body } = stub.received[0] ?? {}
    expect(line).toMatch(/^PUT \/npm\/(@|%40)acme\/widget\/1\.0\.0-\w+-sample\.tgz\b/)
    expect(headers).toMatchObject({
      'if-none-match': '*',
      'content-length': '1000',
      'x-amz-content-sha256': sha256(tarball.bytes).toString('hex'),
      'x-amz-meta-integrity': tarball.measured.integrity,
    })
    expect(headers).not.toHaveProperty('x-amz-checksum-sha256')
    expect(body?.equals(tarball.bytes)).toBe(true)
  })

  it('carries a checksum that the store keeps, where it is known to', async () => {
    const store = await stub.open({ checksums: 'when_supported' })
    await put(store, tarball)
    expect(stub.received[0]?.headers['x-amz-checksum-sha256']).toBe(sha256(tarball.bytes).toString('base64'))
  })

  it('tries again when another request got in its way', async () => {
    const store = await stub.open()
    answerInTurn(stub, errorAnswer(409, 'ConditionalRequestConflict'), { status: 404 }, {})
    await put(store, tarball)
    expect(methods(stub)).toEqual(['PUT', 'HEAD', 'PUT'])
  })

  it('gives up when one request after the other gets in its way', async () => {
    const store = await stub.open()
    stub.answer = ({ line }) =>
      line.startsWith('PUT') ? errorAnswer(409, 'ConditionalRequestConflict') : { status: 404 }
    await expect(put(store, tarball)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/\(ConditionalRequestConflict, HTTP 409, request tx-\d\); try again$/),
    })
    expect(methods(stub)).toEqual(['PUT', 'HEAD', 'PUT', 'HEAD', 'PUT', 'HEAD'])
  })

  it('is content when the object is there already with the same bytes', async () => {
    const store = await stub.open()
    const headers = { 'content-length': '1000', 'x-amz-meta-integrity': tarball.measured.integrity }
    answerInTurn(stub, errorAnswer(412, 'PreconditionFailed'), { headers })
    await put(store, tarball)
    expect(methods(stub)).toEqual(['PUT', 'HEAD'])
  })

  it('never replaces an object that has other bytes', async () => {
    const store = await stub.open()
    const headers = { 'content-length': '1000', 'x-amz-meta-integrity': 'sha512-others' }
    answerInTurn(stub, errorAnswer(412, 'PreconditionFailed'), { headers })
    await expect(put(store, tarball)).rejects.toThrow(
      `the tarball store holds other bytes under ${tarball.key}`,
    )
    expect(methods(stub)).toEqual(['PUT', 'HEAD'])
  })

  it('does not take a missing bucket for a conflict', async () => {
    const store = await stub.open()
    stub.answer = () => errorAnswer(404, 'NoSuchBucket')
    await expect(put(store, tarball)).rejects.toThrow('(NoSuchBucket, HTTP 404, request tx-1)')
    expect(methods(stub)).toEqual(['PUT'])
  })

  it('in parts names each part by its ETag and checksum, and asks that there be no object yet', async () => {
    const store = await stub.open({ checksums: 'when_supported' })
    stub.answer = ({ line, headers }) => {
      if (/[?&]uploads\b/.test(line)) return { body: upload('<UploadId>up-1</UploadId>') }
      const part = /[?&]partNumber=(\d)/.exec(line)?.[1]
      if (part === undefined) return { body: '<CompleteMultipartUploadResult/>' }
      const checksum = String(headers['x-amz-checksum-sha256'])
      return { headers: { etag: `"etag-of-${part}"`, 'x-amz-checksum-sha256': checksum } }
    }
    await put(store, large)
    const [begun, first, second, completed] = stub.received
    expect(begun?.headers['x-amz-checksum-algorithm']).toBe('SHA256')
    expect(first?.body).toHaveLength(8 * 1024 * 1024)
    expect(second?.body.equals(large.bytes.subarray(8 * 1024 * 1024))).toBe(true)
    expect(completed?.headers['if-none-match']).toBe('*')
    const named = String(completed?.body).replaceAll('&quot;', '"')
    for (const [i, part] of [first, second].entries()) {
      expect(named).toContain(`<ETag>"etag-of-${i + 1}"</ETag>`)
      expect(named).toContain(`<ChecksumSHA256>${part?.headers['x-amz-checksum-sha256']}</ChecksumSHA256>`)
      expect(part?.headers['x-amz-checksum-sha256']).toBe(sha256(part?.body ?? '').toString('base64'))
    }
  })

  it('in parts fails when the completion fails behind its status of 200', async () => {
    const store = await stub.open()
    stub.answer = ({ line }) => {
      if (/[?&]uploads\b/.test(line)) return { body: upload('<UploadId>up-1</UploadId>') }
      if (line.startsWith('POST')) return { ...errorAnswer(200, 'InternalError') }
      return line.startsWith('HEAD') ? { status: 404 } : undefined
    }
    await expect(put(store, large)).rejects.toMatchObject({ code: 'unavailable' })
    expect(methods(stub).slice(-2)).toEqual(['DELETE', 'HEAD'])
  })
})

describe('an open', () => {
  it('fails a reader whose bytes do not have the checksum that the store keeps', async () => {
    const store = await stub.open({ checksums: 'when_supported' })
    const headers = { 'x-amz-checksum-sha256': sha256('other bytes').toString('base64') }
    stub.answer = () => ({ headers, body: tarball.bytes })
    const opened = await store.open(tarball.key)
    await expect(read(opened)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/could not send \S+ beyond byte \d+ of 1000 \(ChecksumMismatch\)/),
    })
  })

  it('does not serve all of a tarball for a part of it', async () => {
    const store = await stub.open()
    stub.answer = () => ({ body: tarball.bytes })
    await expect(store.open(tarball.key, { range: { start: 0, end: 9 } })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('with a wrong length'),
    })
  })

  it('does not take a missing bucket for a missing tarball', async () => {
    const store = await stub.open()
    stub.answer = () => errorAnswer(404, 'NoSuchBucket')
    await expect(store.open(tarball.key)).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('asks about and signs a hot tarball once, however many readers come', async () => {
    const store = await stub.open({ redirect: true })
    const urls = await Promise.all(Array.from({ length: 1000 }, () => store.open(tarball.key)))
    expect(new Set(urls.map((opened) => opened?.kind === 'redirect' && opened.url)).size).toBe(1)
    expect(methods(stub)).toEqual(['HEAD'])
  })

  it('dates requests and URLs by the store when this machine has the wrong time', async () => {
    const there = new Date(Date.now() + 60 * 60 * 1000)
    const store = await stub.open({ redirect: true })
    const headers = { date: there.toUTCString() }
    stub.answer = () =>
      stub.received.length === 1 ? { ...errorAnswer(403, 'RequestTimeTooSkewed'), headers } : { headers }
    await store.remove(tarball.key)
    expect(methods(stub)).toEqual(['DELETE', 'DELETE'])
    const opened = await store.open(tarball.key)
    const url = new URL(opened?.kind === 'redirect' ? opened.url : '')
    const hour = there.toISOString().replace(/[-:]/g, '').slice(0, 11)
    expect(String(stub.received[1]?.headers['x-amz-date']).slice(0, 11)).toBe(hour)
    expect(url.searchParams.get('X-Amz-Date')?.slice(0, 11)).toBe(hour)
  })
})

describe('the lists', () => {
  it('go on over all pages, and pass over what is no tarball', async () => {
    const store = await stub.open({ prefix: 'npm/' })
    const entry = (key: string) =>
      `<Contents><Key>npm/${key}</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified></Contents>`
    stub.answer = ({ line }) => ({
      body: line.includes('continuation-token=next')
        ? `<ListBucketResult>${entry('@acme/b/1.0.0-x.tgz')}</ListBucketResult>`
        : `<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>next</NextContinuationToken>
            ${entry('a/1.0.0-x.tgz')}${entry('backup.sql')}</ListBucketResult>`,
    })
    const keys: unknown[] = []
    for await (const stored of store.keys()) keys.push(stored)
    const modified = new Date('2024-01-01T00:00:00.000Z')
    expect(keys).toEqual([
      { key: 'a/1.0.0-x.tgz', modified },
      { key: '@acme/b/1.0.0-x.tgz', modified },
    ])
    expect(stub.received.every(({ line }) => line.includes('prefix=npm%2F'))).toBe(true)
  })

  it('of unfinished uploads go on over all pages, and one that has ended meanwhile does no harm', async () => {
    const store = await stub.open()
    const begun = (key: string, day: string) =>
      `<Upload><Key>${key}</Key><UploadId>up</UploadId><Initiated>2024-01-${day}T00:00:00.000Z</Initiated></Upload>`
    stub.answer = ({ line }) => {
      if (line.startsWith('DELETE'))
        return line.includes('/a/') ? errorAnswer(404, 'NoSuchUpload') : { status: 204 }
      return {
        body: line.includes('key-marker=a')
          ? uploads(begun('b/1.0.0-x.tgz', '01') + begun('c/1.0.0-x.tgz', '03'))
          : uploads(
              `<IsTruncated>true</IsTruncated><NextKeyMarker>a</NextKeyMarker>${begun('a/1.0.0-x.tgz', '01')}`,
            ),
      }
    }
    expect(await store.discardUnfinished(new Date('2024-01-02T00:00:00.000Z'))).toBe(1)
    expect(methods(stub)).toEqual(['GET', 'DELETE', 'GET', 'DELETE'])
  })
})

/** Answers the next requests with these, and those after them as the stub does by itself. */
function answerInTurn(stub: Stub, ...answers: Answer[]): void {
  stub.answer = () => answers.shift()
}

function methods(stub: Stub): string[] {
  return stub.received.map(({ line }) => line.slice(0, line.indexOf(' ')))
}

function upload(content: string): string {
  return `<InitiateMultipartUploadResult>${content}</InitiateMultipartUploadResult>`
}

function uploads(content: string): string {
  return `<ListMultipartUploadsResult>${content}</ListMultipartUploadsResult>`
}

function sha256(bytes: string | Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

async function put(store: S3TarballStore, { key, bytes, measured }: SampleTarball): Promise<void> {
  await store.put(key, Readable.from([bytes]), measured)
}

async function read(opened: Awaited<ReturnType<S3TarballStore['open']>>): Promise<Buffer> {
  if (opened?.kind !== 'stream') throw new Error('the store did not answer with a stream')
  return buffer(opened.body)
}
