import { type AuditDocument, RegistryError } from '@nmr/core'

/** Bytes, decoded: several times what the largest projects are answered. */
const MAX_ANSWER = 32 * 1024 * 1024

/**
 * Posts an audit, with no header of anybody's, and reads the answer.
 *
 * @param timeout milliseconds for all of it
 * @throws RegistryError `unavailable` for anything but JSON of a bearable size in time
 */
export async function postAudit(url: string, audit: AuditDocument, timeout: number): Promise<unknown> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(audit),
      // Whoever is sent elsewhere by it is somebody else.
      redirect: 'error',
      signal: AbortSignal.timeout(timeout),
    })
    if (!response.ok) {
      await response.body?.cancel()
      throw new Error(`it answered ${response.status}`)
    }
    return JSON.parse(await boundedText(response))
  } catch (cause) {
    throw new RegistryError('unavailable', `the upstream did not answer an audit: ${reason(cause)}`, {
      cause,
    })
  }
}

async function boundedText(response: Response): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  // Leaving the loop early cancels the rest of the answer.
  for await (const piece of response.body ?? []) {
    size += piece.length
    if (size > MAX_ANSWER) throw new Error(`its answer is larger than ${MAX_ANSWER} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** fetch says only that it failed; why is in the cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}
