import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { Measured, TarballKey } from '@nmr/core'
import { type Bucket, objectOf } from './bucket.ts'
import { isWhole, storedObject } from './stored-object.ts'

/** As many as S3 takes in one upload. */
const MAX_PARTS = 10_000

/**
 * Writes a large object by a multipart upload, one part after the other out of one buffer. When anything fails, or
 * `verified` does, the upload is aborted, and there is no object.
 *
 * @param atLeast bytes of a part
 */
export async function putInParts(
  bucket: Bucket,
  key: TarballKey,
  verified: AsyncIterable<Uint8Array>,
  expected: Pick<Measured, 'size' | 'integrity'>,
  atLeast: number,
): Promise<void> {
  const { client, checksums } = bucket
  const object = objectOf(bucket, key)
  const algorithm = checksums ? { ChecksumAlgorithm: 'SHA256' as const } : {}
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({
      ...object,
      ContentType: 'application/octet-stream',
      Metadata: { integrity: expected.integrity },
      ...algorithm,
    }),
  )
  const upload = { ...object, UploadId }
  const sent: CompletedPart[] = []
  let isSent = false
  try {
    for await (const part of inParts(verified, Math.max(atLeast, Math.ceil(expected.size / MAX_PARTS)))) {
      const PartNumber = sent.length + 1
      const body = { Body: part, ContentLength: part.length }
      const { ETag, ChecksumSHA256 } = await client.send(
        new UploadPartCommand({ ...upload, PartNumber, ...body, ...algorithm }),
      )
      sent.push({ PartNumber, ETag, ...(ChecksumSHA256 !== undefined && { ChecksumSHA256 }) })
    }
    isSent = true
    await client.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: sent }, IfNoneMatch: '*' }),
    )
  } catch (error) {
    // What cannot be aborted now is discarded with what a crash leaves.
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => {})
    // The upload may have been completed although the answer was lost, or another one of the same bytes before it.
    const isThere = isSent && isWhole(await storedObject(bucket, key).catch(() => undefined), expected)
    if (!isThere) throw error
  }
}

/**
 * The bytes in pieces of `size`, and what is left in a smaller one. All are the same memory: use one before asking for
 * the next. None is handed out before there is a byte behind it or the end was reached, so that a body which fails at
 * its end fails before its last piece.
 */
async function* inParts(
  body: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array, void, void> {
  const part = Buffer.allocUnsafeSlow(size)
  let filled = 0
  for await (const chunk of body) {
    for (let taken = 0; taken < chunk.length; ) {
      if (filled === size) {
        yield part
        filled = 0
      }
      const piece = chunk.subarray(taken, taken + size - filled)
      part.set(piece, filled)
      filled += piece.length
      taken += piece.length
    }
  }
  yield part.subarray(0, filled)
}
