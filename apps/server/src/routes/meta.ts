import type { RouteContext } from '../route-context.ts'
import { version } from '../version.ts'

/** What belongs to no package. */
export function metaRoutes({ app }: RouteContext): void {
  const config = { anonymous: true }
  app.get('/', { config }, async () => ({ name: 'nmr', version }))
  app.get('/-/ping', { config }, async () => ({}))
  app.all('/-/*', async (_request, reply) => reply.callNotFound())
}
