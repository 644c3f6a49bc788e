import { type DestinationStream, type Logger, pino } from 'pino'

/** Characters of lines that are written to the system together. */
const BATCH = 64 * 1024
/** Milliseconds that a line waits for others at most. */
const MAX_WAIT = 100

/**
 * JSON lines, by default to standard output: written together, and all of them when the process ends, also by a fault.
 * Of an error only what its author wrote is logged: libraries hang requests with their headers on theirs.
 */
export function createLogger(level: string, destination: DestinationStream = standardOutput()): Logger {
  return pino({ level, base: null, serializers: { err: describeError } }, destination)
}

/**
 * A line that goes to the system by itself takes longer than most answers that it tells of. Lines that cannot be written,
 * as on a full disk or where nobody reads them any more, are lost: that is no reason to end.
 */
function standardOutput(): DestinationStream {
  let lines = ''
  let waiting: NodeJS.Timeout | undefined
  // Not pino's own: once a write fails, it tries again until it succeeds when the process ends, and nothing else.
  process.stdout.on('error', () => {})
  function writeLines(): void {
    clearTimeout(waiting)
    waiting = undefined
    if (lines !== '') process.stdout.write(lines)
    lines = ''
  }
  process.on('exit', writeLines)
  return {
    write(line) {
      lines += line
      if (lines.length >= BATCH) writeLines()
      else waiting ??= setTimeout(writeLines, MAX_WAIT)
    },
  }
}

function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) }
  const { name, message, stack, cause } = error
  const code = 'code' in error ? { code: error.code } : {}
  return { type: name, message, ...code, stack, ...(cause !== undefined && { cause: describeError(cause) }) }
}
