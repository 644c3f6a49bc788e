import type { Elsewhere, Readable } from '@nmr/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RouteContext } from '../route-context.ts'
import type { Answer } from './answers.ts'
import { isFresh, lastModified } from './conditional.ts'
import { keptEncodings, type Negotiated } from './negotiation.ts'

/** Metadata may be kept, and must be asked about each time: a publish is to be seen by the next install. */
export const REVALIDATE = 'private, max-age=0, must-revalidate'

/** Answers with a document, with a 304 when the client has it, or with where else it is. */
export async function sendDocument(
  { answers, clock }: Pick<RouteContext, 'answers' | 'clock'>,
  request: FastifyRequest,
  reply: FastifyReply,
  found: Readable | Elsewhere,
  { contentType, encoding }: Pick<Negotiated, 'encoding'> & { readonly contentType: string },
): Promise<FastifyReply> {
  if (found.kind === 'elsewhere') return sendElsewhere(reply, found)
  const modified = new Date(found.modified)
  const modifiedHeader = lastModified(modified, clock())
  const common = {
    'cache-control': REVALIDATE,
    vary: 'Accept, Accept-Encoding',
    ...(modifiedHeader !== undefined && { 'last-modified': modifiedHeader }),
  }
  const kept = keptEncodings(request.headers['accept-encoding']).map((each) => found.etags[each])
  // Until Last-Modified can be told, the answer is not yet the one that it will be.
  const remember = (answer: Pick<Answer, 'etags' | 'content' | 'body'>) => {
    if (modifiedHeader === undefined) return
    answers.remember(request, { standing: found.standing, common, modified, ...answer })
  }
  const fresh = kept.find((etag) => isFresh(request.headers, { etag, modified }))
  if (fresh !== undefined) {
    remember({ etags: [fresh], content: {} })
    reply.headers({ ...common, etag: fresh })
    return reply.code(304).send()
  }

  const { etag, bytes } = await found.load()
  const content = {
    'content-type': contentType,
    ...(encoding !== 'identity' && { 'content-encoding': encoding }),
    'content-length': String(bytes.length),
  }
  remember({ etags: [etag, ...kept.filter((other) => other !== etag)], content, body: bytes })
  return reply.headers({ ...common, etag, ...content }).send(bytes)
}

/** 302, not 307: npm 2 to 4 and yarn 1 take their token along on a 307. */
export function sendElsewhere(reply: FastifyReply, { url }: Elsewhere): FastifyReply {
  return reply.header('cache-control', 'no-store').redirect(url, 302)
}
