import { type ErrorCode, isRegistryError } from '@nmr/core'
import type { FastifyError } from 'fastify'

/** RegistryError code → HTTP status. Total: a code without a status does not compile. */
const statuses: Readonly<Record<ErrorCode, number>> = {
  invalid_name: 400,
  invalid_request: 400,
  invalid_tarball: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  gone: 410,
  version_exists: 409,
  revision_conflict: 409,
  too_large: 413,
  tarball_missing: 502,
  unavailable: 503,
}

/** The system's names for what the machine has run out of, or lost: over when its operator has made room. */
const exhausted = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM'])

/** In the place of Fastify's own texts, which are the statuses' names, or repeat the path, which may hold a token. */
const texts: ReadonlyMap<string, string> = new Map([
  ['FST_ERR_BAD_URL', 'the address is not a valid URL'],
  ['FST_ERR_MAX_PARAM_LENGTH', 'the address is too long for anything here'],
  ['FST_ERR_CTP_BODY_TOO_LARGE', 'the body is larger than anything that may be sent to this address'],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 'a body has to be JSON, and say so: content-type: application/json'],
])

/** What a client is told of an error. */
export interface ErrorAnswer {
  readonly status: number
  /** The whole reason. npm, yarn 1, pnpm and bun print the member `error` when it is a string; npm 2 to 5 `reason` too. */
  readonly text: string
  /** Seconds. */
  readonly retryAfter: number | undefined
}

/** The answer to anything that was thrown; `undefined` for a fault of our own, whose text is nobody's business. */
export function answerTo(error: unknown): ErrorAnswer | undefined {
  if (isRegistryError(error))
    return { status: statuses[error.code], text: error.message, retryAfter: error.retryAfter }
  const { statusCode = 500, code, message } = error as Partial<FastifyError>
  if (code !== undefined && exhausted.has(code)) {
    const text = `the registry's machine has no room, or no files left (${code}); tell its operator, and try again`
    return { status: 503, text, retryAfter: undefined }
  }
  if (statusCode < 400 || statusCode >= 500) return undefined
  return {
    status: statusCode,
    text: texts.get(code ?? '') ?? message ?? 'bad request',
    retryAfter: undefined,
  }
}
