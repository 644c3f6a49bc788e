import type { TestBucket } from './bucket.ts'

/** The server's settings for keeping tarballs in a bucket of the test server; `more` are further keys of `storage.s3`. */
export function s3Settings(
  { options: { accessKeyId, secretAccessKey, bucket, endpoint } }: TestBucket,
  more: Readonly<Record<string, unknown>> = {},
) {
  return { storage: { type: 's3', s3: { accessKeyId, secretAccessKey, bucket, endpoint, ...more } } }
}
