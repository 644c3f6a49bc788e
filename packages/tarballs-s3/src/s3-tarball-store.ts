import { DeleteObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3'
import { parseTarballKey, type StoredTarball, type TarballStore } from '@nmr/core'
import { type Bucket, objectOf } from './bucket.ts'
import { checkBucket } from './check-bucket.ts'
import { createClient, createPresigner } from './client.ts'
import type { S3TarballStoreOptions } from './options.ts'
import { createPresignedUrls } from './presigned-urls.ts'
import { putObject } from './put-object.ts'
import { readObject } from './read-object.ts'
import { isStoreError, storeFault } from './store-fault.ts'
import { abortUnfinished } from './unfinished-uploads.ts'

/** A tarball store in S3, and what only S3 has. */
export interface S3TarballStore extends TarballStore {
  /**
   * The host name that readers are redirected to; `undefined` without `redirect`. When it is the registry's own, npm
   * and yarn 1 send their token along, and S3 refuses a presigned URL that comes with one.
   */
  readonly redirectsTo: string | undefined
}

/**
 * Opens the part of a bucket in which tarballs are kept. An object is called by the tarball's key, behind the prefix.
 *
 * With `redirect`, `open` answers URLs. Whether the object exists is asked when a URL is signed, and one signed URL
 * serves half of its life: so long, a tarball that another process removed gets a URL that S3 answers with 404.
 *
 * @throws RegistryError `unavailable`, of one line, when the bucket cannot be used as configured
 */
export async function openS3TarballStore(options: S3TarballStoreOptions): Promise<S3TarballStore> {
  const { bucket: name, prefix = '', redirect = false, expires = 60, clock = () => new Date() } = options
  const client = createClient(options)
  const calculation = await client.config.requestChecksumCalculation()
  const bucket: Bucket = { client, name, prefix, checksums: calculation === 'WHEN_SUPPORTED' }
  await checkBucket(bucket)
  const presigner = createPresigner(client, options)
  const urls = redirect ? await createPresignedUrls(bucket, presigner, { expires, clock }) : undefined
  const underWay = new Set<Promise<unknown>>()

  async function attempt<T>(doing: string, work: Promise<T>): Promise<T> {
    underWay.add(work)
    try {
      return await work
    } catch (error) {
      throw isStoreError(error) ? storeFault(doing, error) : error
    } finally {
      underWay.delete(work)
    }
  }

  return {
    redirectsTo: urls?.hostname,
    put: (key, body, expected) => attempt(`keep ${key}`, putObject(bucket, key, body, expected)),
    async open(key, { range, redirect = true } = {}) {
      if (urls === undefined || !redirect) return attempt(`read ${key}`, readObject(bucket, key, range))
      const url = await attempt(`read ${key}`, urls.of(key))
      return url === undefined ? undefined : { kind: 'redirect', url }
    },
    async remove(key) {
      await attempt(`remove ${key}`, client.send(new DeleteObjectCommand(objectOf(bucket, key))))
      urls?.forget(key)
    },
    keys: () => listed(bucket),
    discardUnfinished: (before) => attempt('discard unfinished uploads', abortUnfinished(bucket, before)),
    async close() {
      await Promise.allSettled(underWay)
      presigner.destroy()
      client.destroy()
    },
  }
}

async function* listed({ client, name, prefix }: Bucket): AsyncGenerator<StoredTarball, void, void> {
  try {
    for await (const { Contents } of paginateListObjectsV2({ client }, { Bucket: name, Prefix: prefix })) {
      for (const { Key, LastModified } of Contents ?? []) {
        const key = Key && parseTarballKey(Key.slice(prefix.length))
        if (key && LastModified) yield { key, modified: LastModified }
      }
    }
  } catch (error) {
    throw isStoreError(error) ? storeFault('list its tarballs', error) : error
  }
}
