import type { ContentEncoding } from '@nmr/core'
import type { FastifyRequest } from 'fastify'

/** The media type of the abbreviated packument. */
export const ABBREVIATED = 'application/vnd.npm.install-v1+json'

/** What a request is to be answered with. */
export interface Negotiated {
  readonly document: 'packument' | 'abbreviated'
  readonly encoding: ContentEncoding
}

/**
 * npm 5 to 9, yarn 1, pnpm and bun name the abbreviated packument in Accept; npm 10 to 12 and yarn berry want the
 * packument, and so does everybody who is about to write (`?write=true`).
 */
export function negotiate({ headers, query }: Pick<FastifyRequest, 'headers' | 'query'>): Negotiated {
  const write = (query as { write?: unknown }).write === 'true'
  return {
    document: !write && headers.accept?.includes(ABBREVIATED) ? 'abbreviated' : 'packument',
    encoding: encodingFor(headers['accept-encoding']),
  }
}

/** gzip wherever a client takes it: every client does, and nothing else pays at this size. */
export function encodingFor(acceptEncoding: string | string[] | undefined): ContentEncoding {
  const accepted = String(acceptEncoding ?? '')
  return /(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?:1|0?\.\d*[1-9])|,|$)/i.test(accepted) ? 'gzip' : 'identity'
}

/**
 * The encodings in which a client may have kept a document, the one it would be sent first. One that names none can
 * read any by the standard; not all do, so that is enough for a 304 and not for sending gzip.
 */
export function keptEncodings(acceptEncoding: string | string[] | undefined): readonly ContentEncoding[] {
  if (encodingFor(acceptEncoding) === 'gzip') return ['gzip', 'identity']
  return acceptEncoding === undefined ? ['identity', 'gzip'] : ['identity']
}
