import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { RegistryError } from '@nmr/core'
import type { App } from '../route-context.ts'

/**
 * Hands bodies that were sent with `content-encoding: gzip` (audits of npm 5 and newer, and of bun) to their parsers
 * decoded, in pieces, and never more of one than its route's body limit.
 *
 * A body is answered 415 in any other encoding, 413 over the limit and 400 when it is damaged.
 */
export function decodeBodies(app: App): void {
  app.addHook('preParsing', async (request, _reply, payload) => {
    const encoding = request.headers['content-encoding']?.trim().toLowerCase() || 'identity'
    if (encoding === 'identity') return payload
    if (encoding !== 'gzip' && encoding !== 'x-gzip') throw unsupported(encoding)
    return decoded(payload, request.routeOptions.bodyLimit)
  })
}

/** Lazy, so that a body that nobody reads starts nothing. Destroying it lets the rest of the payload run dry. */
function decoded(payload: Readable, limit: number): Readable & { readonly receivedEncodedLength: number } {
  let received = 0

  async function* pieces(): AsyncGenerator<Uint8Array> {
    const gunzip = createGunzip()
    let size = 0
    payload.on('data', (chunk: Uint8Array) => {
      received += chunk.length
      // Empty blocks make a long body of nothing.
      if (received > limit) gunzip.destroy(tooLarge(limit))
    })
    payload.once('error', (error) => gunzip.destroy(error)).pipe(gunzip)
    try {
      for await (const piece of gunzip) {
        size += piece.length
        if (size > limit) throw tooLarge(limit)
        yield piece
      }
    } catch (error) {
      throw isZlibError(error) ? damaged(error) : error
    } finally {
      payload.unpipe(gunzip).resume()
    }
  }

  const stream = Readable.from(pieces(), { objectMode: false })
  // Whoever has refused the body no longer listens, and an error that nobody hears ends the process.
  stream.on('error', () => {})
  // What Fastify holds against the content-length.
  return Object.defineProperty(
    stream as Readable & { receivedEncodedLength: number },
    'receivedEncodedLength',
    {
      get: () => received,
    },
  )
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
}

function tooLarge(limit: number): RegistryError {
  return new RegistryError('too_large', `the body is larger than ${limit} bytes`)
}

function damaged(cause: unknown): RegistryError {
  return new RegistryError(
    'invalid_request',
    'the body is not the gzip that its content-encoding says it is',
    {
      cause,
    },
  )
}

function unsupported(encoding: string): Error {
  const text = `a body with the content-encoding ${JSON.stringify(encoding.slice(0, 80))} cannot be read, only gzip can`
  return Object.assign(new Error(text), { statusCode: 415 })
}
