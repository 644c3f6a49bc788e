import type { RouteContext } from '../route-context.ts'
import { version } from '../version.ts'

/** What belongs to no package. */
export function metaRoutes({ app }: RouteContext): void {
  app.get('/', async () => ({ name: 'nmr', version }))
  app.get('/-/ping', async () => ({}))
  app.all('/-/*', async (_request, reply) => reply.callNotFound())
}
