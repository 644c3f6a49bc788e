import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { errorAnswer, type Stub, startStub } from './stub-store.ts'

let stub: Stub
beforeEach(async () => {
  stub = await startStub()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await stub.stop()
})

describe('opening a store in S3', () => {
  it('names the region in which the bucket is', async () => {
    stub.answer = () => errorAnswer(400, 'AuthorizationHeaderMalformed', { Region: 'eu-west-1' })
    await expect(stub.open()).rejects.toThrow(
      /^S3 bucket tarballs: it is not in the configured region; check region, it would be eu-west-1 \(Auth\w+, HTTP 400, request tx-1\)$/,
    )
  })

  it('says that the region is wrong when the store sends it elsewhere', async () => {
    stub.answer = () => errorAnswer(301, 'PermanentRedirect', { Endpoint: 'elsewhere.example.com' })
    await expect(stub.open()).rejects.toThrow(
      ': it is not in the configured region; check region (PermanentRedirect,',
    )
  })

  it('says which permission is missing', async () => {
    stub.answer = () => errorAnswer(403, 'AccessDenied')
    await expect(stub.open()).rejects.toThrow(
      /may not list this bucket; grant s3:ListBucket \(AccessDenied, HTTP 403,/,
    )
  })

  it('says when what answers is no S3 store', async () => {
    stub.answer = () => ({
      headers: { 'content-type': 'text/html' },
      body: '<html><body>Welcome</body></html>',
    })
    await expect(stub.open()).rejects.toThrow(
      /^S3 bucket tarballs: what answers is not an S3 store; check endpoint$/,
    )
  })

  it('repeats nothing of what the store quotes from the request', async () => {
    const quoted = { AWSAccessKeyId: 'AKIDTEST', StringToSign: 'AWS4-HMAC-SHA256 secrets' }
    stub.answer = () => errorAnswer(403, 'SignatureDoesNotMatch', quoted)
    const error = await stub.open().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Error)
    expect(`${(error as Error).stack} ${JSON.stringify(error)}`).not.toMatch(/AKIDTEST|AWS4/)
    expect((error as Error).cause).toBeUndefined()
  })

  it('uses the credentials of the environment when it is given none', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDFROMENV')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret-from-env')
    const store = await stub.open({ accessKeyId: undefined, secretAccessKey: undefined })
    await store.remove('a/1.0.0-x.tgz' as never)
    expect(stub.received[0]?.headers.authorization).toContain('Credential=AKIDFROMENV/')
  })

  it('says that there are no credentials anywhere', async () => {
    const home = await mkdtemp(join(tmpdir(), 'nmr-s3-'))
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE'])
      vi.stubEnv(name, undefined)
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(home, 'credentials'))
    vi.stubEnv('AWS_CONFIG_FILE', join(home, 'config'))
    await expect(stub.open({ accessKeyId: undefined, secretAccessKey: undefined })).rejects.toThrow(
      /: no credentials were found; give accessKeyId and secretAccessKey, .+ \(CredentialsProviderError\)$/,
    )
    await rm(home, { recursive: true })
  })
})
