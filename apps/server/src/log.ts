import { type DestinationStream, type Logger, pino } from 'pino'

/** Bytes of lines that are written to the system together. */
const BATCH = 8 * 1024
/** Milliseconds that a line waits for others at most. */
const MAX_WAIT = 100

/**
 * JSON lines, by default to standard output: written together, and all of them when the process ends, also by a fault.
 * Of an error only what its author wrote is logged: libraries hang requests with their headers on theirs.
 */
export function createLogger(level: string, destination: DestinationStream = standardOutput()): Logger {
  return pino({ level, base: null, serializers: { err: describeError } }, destination)
}

function standardOutput(): DestinationStream {
  return pino.destination({ dest: 1, sync: false, minLength: BATCH, periodicFlush: MAX_WAIT })
}

function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) }
  const { name, message, stack, cause } = error
  const code = 'code' in error ? { code: error.code } : {}
  return { type: name, message, ...code, stack, ...(cause !== undefined && { cause: describeError(cause) }) }
}
