import type { Elsewhere, Readable } from '@nmr/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isFresh, lastModified } from './conditional.ts'
import { keptEncodings, type Negotiated } from './negotiation.ts'

/** Metadata may be kept, and must be asked about each time: a publish is to be seen by the next install. */
export const REVALIDATE = 'private, max-age=0, must-revalidate'

/** Answers with a document, with a 304 when the client has it, or with where else it is. */
export async function sendDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  found: Readable | Elsewhere,
  {
    contentType,
    encoding,
    now,
  }: Pick<Negotiated, 'encoding'> & { readonly contentType: string; readonly now: Date },
): Promise<FastifyReply> {
  if (found.kind === 'elsewhere') return sendElsewhere(reply, found)
  const modified = new Date(found.modified)
  const modifiedHeader = lastModified(modified, now)
  reply.header('cache-control', REVALIDATE).header('vary', 'Accept, Accept-Encoding')
  if (modifiedHeader !== undefined) reply.header('last-modified', modifiedHeader)
  const kept = keptEncodings(request.headers['accept-encoding'])
    .map((each) => found.etags[each])
    .find((etag) => isFresh(request.headers, { etag, modified }))
  if (kept !== undefined) return reply.header('etag', kept).code(304).send()

  const view = await found.load()
  reply.header('etag', view.etag).header('content-type', contentType)
  if (encoding !== 'identity') reply.header('content-encoding', encoding)
  return reply.send(view.bytes)
}

/** 302, not 307: npm 2 to 4 and yarn 1 take their token along on a 307. */
export function sendElsewhere(reply: FastifyReply, { url }: Elsewhere): FastifyReply {
  return reply.header('cache-control', 'no-store').redirect(url, 302)
}
