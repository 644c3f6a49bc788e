import { buffer } from 'node:stream/consumers'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { type Measured, type TarballKey, verifiedBytes } from '@nmr/core'
import { type Bucket, objectOf } from './bucket.ts'
import { putInParts } from './put-in-parts.ts'
import { statusOf } from './store-fault.ts'
import { isWhole, storedObject } from './stored-object.ts'

/** Bytes up to which a tarball is sent in one request, and of each part of a larger one. */
const AT_ONCE = 8 * 1024 * 1024

/** Tries of a write that another one got in the way of. */
const TRIES = 3

/**
 * Writes an object if there is none of its name, and verifies `body` before the last byte is sent. Holds 8 MB of it,
 * or a ten-thousandth where that is more.
 *
 * @throws RegistryError `invalid_tarball`; Error when the key holds other bytes; what the SDK throws
 */
export async function putObject(
  bucket: Bucket,
  key: TarballKey,
  body: AsyncIterable<Uint8Array>,
  expected: Pick<Measured, 'size' | 'integrity'>,
): Promise<void> {
  const verified = verifiedBytes(body, expected)
  if (expected.size > AT_ONCE) return putInParts(bucket, key, verified, expected, AT_ONCE)
  const put = new PutObjectCommand({
    ...objectOf(bucket, key),
    Body: await buffer(verified),
    ContentLength: expected.size,
    ContentType: 'application/octet-stream',
    Metadata: { integrity: expected.integrity },
    IfNoneMatch: '*',
    ...(bucket.checksums && { ChecksumAlgorithm: 'SHA256' }),
  })
  for (let tried = 1; ; tried += 1) {
    try {
      await bucket.client.send(put)
      return
    } catch (error) {
      if (!isConflict(error)) throw error
      // The SDK sends a request again whose answer was lost, and meets the object it has made itself.
      const stored = await storedObject(bucket, key)
      if (isWhole(stored, expected)) return
      if (stored !== undefined) throw new Error(`the tarball store holds other bytes under ${key}`)
      if (tried === TRIES) throw error
    }
  }
}

/** 412: the object exists. 409, on some stores 404: another request was changing it. */
function isConflict(error: unknown): boolean {
  const status = statusOf(error)
  return status === 412 || status === 409 || (status === 404 && (error as Error).name !== 'NoSuchBucket')
}
