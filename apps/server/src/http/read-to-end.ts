import type { IncomingMessage } from 'node:http'
import { finished } from 'node:stream/promises'

/** Milliseconds that a client has to send what will not be looked at. */
const PATIENCE = 30_000

/**
 * Reads what is left of a request's body and throws it away. A client that still writes when the answer comes may
 * see nothing but a broken connection: so an answer that refuses a body waits for its end, where it has one. Every
 * package manager says how long its body is.
 */
export async function readToEnd(request: IncomingMessage): Promise<void> {
  if (request.headers['content-length'] === undefined) return
  if (request.complete || request.readableEnded || request.destroyed) return
  // It may end by breaking off, after which there is nobody left to answer; or never.
  const signal = AbortSignal.timeout(PATIENCE)
  await finished(request.resume(), { writable: false, signal }).catch(() => {})
}
