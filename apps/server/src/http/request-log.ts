import type { IncomingMessage } from 'node:http'
import type { FastifyBaseLogger } from 'fastify'
import type { App } from '../route-context.ts'
import type { Given } from './answers.ts'
import { logPath } from './log-path.ts'

/** One line a request, once it is answered. */
export function logRequests(app: App): void {
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        path: logPath(request.originalUrl),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        caller: request.caller?.name,
        client: clientOf(request),
      },
      'request',
    )
  })
}

/** The line of a request that was answered as one before it. */
export function logGiven(
  logger: FastifyBaseLogger,
  request: IncomingMessage,
  { status, path, caller }: Given,
): void {
  logger.info({ method: 'GET', path, status, ms: 0, caller, client: clientOf(request) }, 'request')
}

function clientOf({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  return headers['user-agent']?.slice(0, 100)
}
