import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { RegistryError } from '@nmr/core'
import type { Bucket } from './bucket.ts'
import { nameOf, statusOf, whatHappened } from './store-fault.ts'

/**
 * Asks for the first object, which needs all that may be wrong: address, region, credentials, the bucket's name and
 * the permission to list it.
 *
 * @throws RegistryError `unavailable`, one line that names the option to look at
 */
export async function checkBucket({ client, name, prefix }: Bucket): Promise<void> {
  try {
    const list = new ListObjectsV2Command({ Bucket: name, Prefix: prefix, MaxKeys: 1 })
    const { Name, KeyCount } = await client.send(list)
    if (Name !== undefined || KeyCount !== undefined) return
  } catch (error) {
    throw new RegistryError('unavailable', `S3 bucket ${name}: ${hint(error)} (${whatHappened(error)})`)
  }
  throw new RegistryError('unavailable', `S3 bucket ${name}: what answers is not an S3 store; check endpoint`)
}

const WRONG_REGION = 'it is not in the configured region; check region'
const OUTDATED = 'the credentials have expired; renew them'

/** By the code of S3's answer, or of what went wrong on the way. */
const hints: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: 'the store does not know the access key; check accessKeyId',
  SignatureDoesNotMatch: 'the secret does not belong to the access key; check secretAccessKey',
  NoSuchBucket: 'there is no such bucket; check bucket, region and endpoint',
  InvalidBucketName: 'no bucket can be called that; check bucket',
  AccessDenied: 'the credentials are good, but may not list this bucket; grant s3:ListBucket',
  AuthorizationHeaderMalformed: WRONG_REGION,
  PermanentRedirect: WRONG_REGION,
  TemporaryRedirect: WRONG_REGION,
  IllegalLocationConstraintException: WRONG_REGION,
  ExpiredToken: OUTDATED,
  TokenRefreshRequired: OUTDATED,
  InvalidToken: 'the session token is not good; check the credentials in the environment',
  RequestTimeTooSkewed: "this machine's clock and the store's differ too much; set the clock",
  CredentialsProviderError:
    'no credentials were found; give accessKeyId and secretAccessKey, or a role, profile or environment',
  ERR_INVALID_URL: 'the endpoint is not a URL; check endpoint',
}

function hint(error: unknown): string {
  const known = hints[nameOf(error)]
  if (known === WRONG_REGION) return known + regionOf(error)
  if (known !== undefined) return known
  if (statusOf(error) !== undefined)
    return 'the store does not answer as it should; check endpoint and bucket'
  if (error instanceof Error && /^region\b/i.test(error.message))
    return 'there is no usable region; set region'
  return 'the store cannot be reached; check endpoint, region and network'
}

/** S3 says which region it would have been. */
function regionOf(error: unknown): string {
  const region = error instanceof Error && 'Region' in error ? error.Region : undefined
  return typeof region === 'string' && /^[\w-]{1,40}$/.test(region) ? `, it would be ${region}` : ''
}
