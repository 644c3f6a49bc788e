import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  type MultipartUpload,
} from '@aws-sdk/client-s3'
import { parseTarballKey } from '@nmr/core'
import type { Bucket } from './bucket.ts'
import { isMissing } from './store-fault.ts'

/**
 * Aborts the uploads of tarballs that were begun before a moment and never ended, as a crash leaves them.
 *
 * @returns how many
 */
export async function abortUnfinished(bucket: Bucket, before: Date): Promise<number> {
  let aborted = 0
  for await (const { Key = '', UploadId, Initiated } of openUploads(bucket)) {
    if (!isTarball(Key, bucket) || Initiated === undefined || Initiated >= before) continue
    try {
      await bucket.client.send(new AbortMultipartUploadCommand({ Bucket: bucket.name, Key, UploadId }))
      aborted += 1
    } catch (error) {
      // It has ended since it was listed.
      if (!isMissing(error)) throw error
    }
  }
  return aborted
}

function isTarball(name: string, { prefix }: Bucket): boolean {
  return name.startsWith(prefix) && parseTarballKey(name.slice(prefix.length)) !== undefined
}

/** Of the whole bucket: MinIO finds nothing under a prefix. */
async function* openUploads({ client, name }: Bucket): AsyncGenerator<MultipartUpload, void, void> {
  let page: ListMultipartUploadsCommandOutput | undefined
  do {
    page = await client.send(
      new ListMultipartUploadsCommand({
        Bucket: name,
        KeyMarker: page?.NextKeyMarker,
        UploadIdMarker: page?.NextUploadIdMarker,
      }),
    )
    yield* page.Uploads ?? []
  } while (page.IsTruncated)
}
