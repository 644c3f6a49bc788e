import type { IncomingMessage } from 'node:http'
import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import type { App } from '../route-context.ts'
import { logPath } from './log-path.ts'

/** What nginx calls it when a client is gone before its answer. */
const CLIENT_GONE = 499

/** One line a request, once it is answered or the client has hung up. */
export function logRequests(app: App): void {
  app.addHook('onRequest', async (request, reply) => {
    const hungUp = () => logRequest(request, CLIENT_GONE, reply.elapsedTime)
    reply.raw.once('close', hungUp).once('finish', () => reply.raw.off('close', hungUp))
  })
  app.addHook('onResponse', async (request, reply) => {
    logRequest(request, reply.statusCode, reply.elapsedTime)
  })
}

function logRequest(request: FastifyRequest, status: number, elapsed: number): void {
  const { method, originalUrl, caller } = request
  const ms = Math.round(elapsed * 10) / 10
  const line = {
    method,
    path: logPath(originalUrl),
    status,
    ms,
    caller: caller?.name,
    client: clientOf(request),
  }
  request.log.info(line, 'request')
}

/** Makes what writes the line of a request that was answered as one before it: `line` is what all of them have in common. */
export function createLogGiven(
  logger: FastifyBaseLogger,
  line: { readonly path: string; readonly status: number; readonly caller: string | undefined },
): (request: Pick<IncomingMessage, 'headers'>) => void {
  let ofAnswer: FastifyBaseLogger | undefined
  return (request) => {
    ofAnswer ??= logger.child({ method: 'GET', ...line, ms: 0 })
    ofAnswer.info({ client: clientOf(request) }, 'request')
  }
}

function clientOf({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  return headers['user-agent']?.slice(0, 100)
}
