import { openS3TarballStore, type S3TarballStoreOptions } from '@nmr/tarballs-s3'
import { describe, expect, inject, it } from 'vitest'
import { startServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { makeBucket } from './support/bucket.ts'
import { startFaultProxy } from './support/fault-proxy.ts'
import { freePorts } from './support/free-ports.ts'
import { s3Settings } from './support/s3-settings.ts'

/** The text of the error with which a store does not open. */
async function refusal(changes: Partial<S3TarballStoreOptions>): Promise<string> {
  const { options, dispose } = await makeBucket()
  try {
    const error: unknown = await openS3TarballStore({ ...options, ...changes }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(Error)
    return (error as Error).message
  } finally {
    await dispose()
  }
}

describe('a store in S3 does not open, and says why in one line, when', () => {
  it('the access key is unknown', async () => {
    const text = await refusal({ accessKeyId: 'nobody' })
    expect(text).toMatch(
      /^S3 bucket nmr-\S+: the store does not know the access key; check accessKeyId \(.+\)$/,
    )
    expect(text).toMatch(/\(InvalidAccessKeyId, HTTP 403, request \S+\)$/)
  })

  it('the secret is wrong, which it does not repeat', async () => {
    const text = await refusal({ secretAccessKey: 'not-the-secret' })
    expect(text).toMatch(/check secretAccessKey \(SignatureDoesNotMatch, HTTP 403, request \S+\)$/)
    expect(text).not.toContain('not-the-secret')
    expect(text).not.toContain(inject('s3').accessKeyId)
  })

  it('there is no such bucket', async () => {
    expect(await refusal({ bucket: 'nmr-there-is-none' })).toMatch(
      /^S3 bucket nmr-there-is-none: there is no such bucket; check bucket, region and endpoint \(NoSuchBucket, /,
    )
  })

  it('nobody listens at the endpoint', async () => {
    const [port] = await freePorts(1)
    expect(await refusal({ endpoint: `http://127.0.0.1:${port}` })).toMatch(
      /: the store cannot be reached; check endpoint, region and network \(ECONNREFUSED\)$/,
    )
  })

  it('the endpoint is no URL', async () => {
    expect(await refusal({ endpoint: 'nowhere' })).toMatch(
      /: the endpoint is not a URL; check endpoint \(.+\)$/,
    )
  })

  it('the region is none', async () => {
    expect(await refusal({ region: 'eu west' })).toMatch(/: there is no usable region; set region \(.+\)$/)
  })

  it('half of the credentials are missing', async () => {
    expect(await refusal({ secretAccessKey: undefined })).toBe(
      'S3: accessKeyId and secretAccessKey go together; give both, or neither to have the SDK find them',
    )
  })
})

it('a store in S3 says which host name it redirects to', async () => {
  const { options, dispose } = await makeBucket()
  const streaming = await openS3TarballStore(options)
  const publicEndpoint = 'https://downloads.example.com:8443'
  const redirecting = await openS3TarballStore({ ...options, redirect: true, publicEndpoint })
  expect(streaming.redirectsTo).toBeUndefined()
  expect(redirecting.redirectsTo).toBe('downloads.example.com')
  await Promise.all([streaming.close(), redirecting.close()])
  await dispose()
})

describe('a server does not start, and says why in one line, when', () => {
  it.each([
    [
      'the key is unknown',
      { accessKeyId: 'nobody' },
      'the store does not know the access key; check accessKeyId',
    ],
    [
      'the secret is wrong',
      { secretAccessKey: 'wrong' },
      'the secret does not belong to the access key; check secretAccessKey',
    ],
    [
      'there is no such bucket',
      { bucket: 'nmr-none' },
      'there is no such bucket; check bucket, region and endpoint',
    ],
    ['the region is none', { region: 'eu west' }, 'there is no usable region; set region'],
  ])('%s', async (_, changes, text) => {
    expect(await startRefused(changes)).toMatch(new RegExp(`^nmr: S3 bucket nmr-[\\w-]+: ${text} \\(.+\\)$`))
  })

  it('the bucket is in another region', async () => {
    const proxy = await startFaultProxy(inject('s3').port)
    const body = '<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>'
    proxy.inject(/./, { kind: 'answer', status: 400, body })
    expect(await startRefused({ endpoint: `http://127.0.0.1:${proxy.port}` })).toMatch(
      /: it is not in the configured region; check region, it would be eu-west-1 \(Auth\w+, HTTP 400\)$/,
    )
    await proxy.stop()
  })
})

/** What a server writes that exits with 1 instead of starting. */
async function startRefused(changes: Readonly<Record<string, unknown>>): Promise<string> {
  const bucket = await makeBucket()
  try {
    const error = await startServer(await temporaryFolder(), s3Settings(bucket, changes)).then(
      () => undefined,
      (thrown: Error) => thrown,
    )
    const [exit, ...output] = error?.message.split('\n') ?? []
    expect(exit).toBe('the server exited with 1:')
    expect(output).toHaveLength(1)
    return output[0] ?? ''
  } finally {
    await bucket.dispose()
  }
}
