import { randomUUID } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import type { S3TarballStoreOptions } from '@nmr/tarballs-s3'
import { inject } from 'vitest'

/** A new bucket on the test server, and a look into it that does not go through the store. */
export interface TestBucket {
  readonly options: S3TarballStoreOptions & { readonly endpoint: string }
  readonly client: S3Client
  /** The names of all objects. */
  objects(): Promise<string[]>
  /** The names of the objects whose multipart uploads have neither been completed nor aborted. */
  uploads(): Promise<string[]>
  /** Removes the bucket and all that is in it. */
  dispose(): Promise<void>
}

export async function makeBucket(): Promise<TestBucket> {
  const { port, ...credentials } = inject('s3')
  const endpoint = `http://127.0.0.1:${port}`
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials })
  const Bucket = `nmr-${randomUUID()}`
  await client.send(new CreateBucketCommand({ Bucket }))

  async function objects(): Promise<string[]> {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }))
    return Contents.map(({ Key = '' }) => Key)
  }

  return {
    options: { endpoint, bucket: Bucket, ...credentials },
    client,
    objects,
    async uploads() {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }))
      return Uploads.map(({ Key = '' }) => Key)
    },
    async dispose() {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }))
      for (const { Key, UploadId } of Uploads) {
        await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
      }
      for (const Key of await objects()) await client.send(new DeleteObjectCommand({ Bucket, Key }))
      await client.send(new DeleteBucketCommand({ Bucket }))
      client.destroy()
    },
  }
}
