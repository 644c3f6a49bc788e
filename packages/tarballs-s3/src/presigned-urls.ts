import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { TarballKey } from '@nmr/core'
import { LRUCache } from 'lru-cache'
import { type Bucket, objectOf } from './bucket.ts'
import { storedObject } from './stored-object.ts'

/** URLs that are good for a while, without any header. */
export interface PresignedUrls {
  /** `undefined` when there is no such object. */
  of(key: TarballKey): Promise<string | undefined>
  forget(key: TarballKey): void
  /** The host name in all of them. */
  readonly hostname: string
}

/** URLs that are kept: some megabytes. */
const KEPT = 5_000

/** Milliseconds after which a URL is signed anew: the SDK renews a role's credentials 5 minutes before they expire. */
const LONGEST_REUSE = 120_000

/**
 * Signs a URL when it is first asked for, and hands the same one out for half of its life, so that a hot tarball
 * costs neither a signature nor a question each time.
 *
 * @param presigner a client whose endpoint is the one that readers reach
 */
export async function createPresignedUrls(
  bucket: Bucket,
  presigner: S3Client,
  { expires, clock }: { readonly expires: number; readonly clock: () => Date },
): Promise<PresignedUrls> {
  const cache = new LRUCache<TarballKey, string>({
    max: KEPT,
    ttl: Math.min(expires * 500, LONGEST_REUSE),
    ttlResolution: 0,
    perf: { now: () => clock().getTime() },
    ignoreFetchAbort: true,
    fetchMethod: async (key) => ((await storedObject(bucket, key)) ? sign(key) : undefined),
  })

  function sign(key: TarballKey): Promise<string> {
    // The SDK has noticed when this machine's clock is wrong.
    const signingDate = new Date(clock().getTime() + bucket.client.config.systemClockOffset)
    return getSignedUrl(presigner, new GetObjectCommand(objectOf(bucket, key)), {
      expiresIn: expires,
      signingDate,
    })
  }

  return {
    of: (key) => cache.fetch(key),
    forget: (key) => cache.delete(key),
    hostname: new URL(await sign('' as TarballKey)).hostname,
  }
}
