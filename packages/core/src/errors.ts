/**
 * Everything that can be wrong with a request, as the caller of a use-case sees it. The union is closed: whoever
 * maps it to something else (an HTTP status, an exit code) is told by the compiler when a code is added.
 */
export const errorCodes = [
  /** A package name that no registry accepts. */
  'invalid_name',
  /** A request that is malformed or contradicts itself; the text says where. */
  'invalid_request',
  /** A tarball, or a document about it, that is not what it claims to be. */
  'invalid_tarball',
  /** The caller is nobody, and nobody may not do this. */
  'unauthenticated',
  /** The caller is known and may not do this. */
  'forbidden',
  /** There is no such package, version or dist-tag, or the caller may not know that there is. */
  'not_found',
  /** It was there, was unpublished, and does not come back. */
  'gone',
  /** The version is published already, or was once. */
  'version_exists',
  /** The package changed since the caller, or the store's client, read it. */
  'revision_conflict',
  /** A tarball or document over the configured limit. */
  'too_large',
  /** A committed version whose tarball the store cannot produce. */
  'tarball_missing',
  /** Something that is needed for the answer cannot be reached now; worth trying again. */
  'unavailable',
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** The one error that use-cases and ports throw on purpose. Its message is written for the person who reads it. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  readonly code: ErrorCode
  /** Seconds after which another try makes sense; only with `unavailable`. */
  readonly retryAfter: number | undefined

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryAfter?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryAfter = options.retryAfter
  }
}

/** Whether `error` is a RegistryError, of the given code where one is named. */
export function isRegistryError(error: unknown, code?: ErrorCode): error is RegistryError {
  return error instanceof RegistryError && (code === undefined || error.code === code)
}
