import { isRegistryError, RegistryError } from '@nmr/core'

/**
 * What S3, or the way there, did wrong, as an error that asks people to try again: one line with the request's id and
 * nothing that is secret, so the SDK's own error, which quotes signed requests, is not its cause.
 */
export function storeFault(doing: string, error: unknown): RegistryError {
  const text = `the tarball store could not ${doing} (${whatHappened(error)}); try again`
  return isRegistryError(error) ? error : new RegistryError('unavailable', text, { retryAfter: 5 })
}

/** Whether the SDK threw this because of S3 or the way there; not so a defect, or what a body to be sent threw. */
export function isStoreError(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof TypeError) return false
  return metadataOf(error) !== undefined || error.name === 'CredentialsProviderError'
}

/** Such as `SlowDown, HTTP 503, request tx00a-1`: only what is known not to hold more than it says. */
export function whatHappened(error: unknown): string {
  const status = statusOf(error)
  const requestId = metadataOf(error)?.requestId
  return [
    plain(nameOf(error)) ?? 'error',
    status !== undefined && `HTTP ${status}`,
    plain(requestId) && `request ${plain(requestId)}`,
  ]
    .filter(Boolean)
    .join(', ')
}

/** The code that S3 answered, such as `NoSuchKey`, or that Node gave a broken connection, such as `ECONNRESET`. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if (error.message.startsWith('Checksum mismatch')) return 'ChecksumMismatch'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

/** The HTTP status of S3's answer; `undefined` when none came. */
export function statusOf(error: unknown): number | undefined {
  return metadataOf(error)?.httpStatusCode
}

/** Whether S3 says that an object is not there. */
export function isMissing(error: unknown): boolean {
  return statusOf(error) === 404 && nameOf(error) !== 'NoSuchBucket'
}

interface AnswerMetadata {
  readonly httpStatusCode?: number
  readonly requestId?: string
}

function metadataOf(error: unknown): AnswerMetadata | undefined {
  return error instanceof Error && '$metadata' in error ? (error.$metadata as AnswerMetadata) : undefined
}

function plain(text: string | undefined): string | undefined {
  return text !== undefined && /^[\w.:+/=-]{1,100}$/.test(text) ? text : undefined
}
