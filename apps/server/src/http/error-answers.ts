import type { FastifyReply, FastifyRequest } from 'fastify'
import { answerTo } from '../errors.ts'
import type { App } from '../route-context.ts'
import { readToEnd } from './read-to-end.ts'

/**
 * Every error leaves as `{ "error": "<the whole reason>" }`: clients print that member and nothing else. `reason`
 * repeats it for npm 2 to 5. No `www-authenticate`: with it, npm prints a text of its own instead.
 */
export function answerWithErrors(app: App): void {
  app.setErrorHandler(sendError)
  app.setNotFoundHandler((_request, reply) => send(reply, 404, 'this registry has nothing at this address'))
}

/** Answers an error, also one that Fastify meets before it knows the route (a path that cannot be decoded). */
export async function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const answer = answerTo(error)
  if (answer === undefined) {
    request.log.error({ err: error }, 'a fault of the registry')
    return send(reply, 500, `internal error; the registry's operator finds it in the log as ${request.id}`)
  }
  if (answer.status >= 500) request.log.error({ err: error }, answer.text)
  if (answer.retryAfter !== undefined) reply.header('retry-after', answer.retryAfter)
  return send(reply, answer.status, answer.text)
}

async function send(reply: FastifyReply, status: number, text: string): Promise<FastifyReply> {
  await readToEnd(reply.request.raw)
  return (
    reply
      .code(status)
      // Set by Fastify when a body is refused.
      .removeHeader('connection')
      .removeHeader('etag')
      .removeHeader('last-modified')
      .removeHeader('content-encoding')
      .removeHeader('accept-ranges')
      .removeHeader('content-range')
      .header('cache-control', 'no-store')
      .header('content-type', 'application/json; charset=utf-8')
      .send(JSON.stringify({ error: text, reason: text }))
  )
}
