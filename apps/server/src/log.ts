import { type DestinationStream, type Logger, pino } from 'pino'

/** JSON lines. Of an error only what its author wrote is logged: libraries hang requests with their headers on theirs. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: null, serializers: { err: describeError } }
  return destination === undefined ? pino(options) : pino(options, destination)
}

function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) }
  const { name, message, stack, cause } = error
  const code = 'code' in error ? { code: error.code } : {}
  return { type: name, message, ...code, stack, ...(cause !== undefined && { cause: describeError(cause) }) }
}
