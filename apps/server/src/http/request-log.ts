import type { App } from '../route-context.ts'
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
        client: request.headers['user-agent']?.slice(0, 100),
      },
      'request',
    )
  })
}
