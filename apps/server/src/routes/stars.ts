import { RegistryError } from '@nmr/core'
import { Type } from '@sinclair/typebox'
import { REVALIDATE } from '../http/send-document.ts'
import type { RouteContext } from '../route-context.ts'
import { UserParams } from '../schemas/identity.ts'

/** CouchDB's way to ask: the key is JSON, `"name"`. */
const StarredQuery = Type.Object({ key: Type.String({ maxLength: 1000 }) })

/** `npm stars` of npm 2 to 11, and pnpm's. Starring itself is a change of the package, see `writeDocument`. */
export function starRoutes({ app, registry }: RouteContext): void {
  app.get('/-/_view/starredByUser', { schema: { querystring: StarredQuery } }, async (request, reply) => {
    const starred = await registry.listStarred(request.caller, userIn(request.query.key))
    return reply.header('cache-control', REVALIDATE).send({ rows: starred.map((value) => ({ value })) })
  })

  // pnpm 11 takes the members' names, also of a list.
  app.get('/-/user/:user/stars', { schema: { params: UserParams } }, async (request, reply) => {
    const starred = await registry.listStarred(request.caller, request.params.user)
    return reply
      .header('cache-control', REVALIDATE)
      .send(Object.fromEntries(starred.map((name) => [name, true])))
  })
}

/** @throws RegistryError `invalid_request` */
function userIn(key: string): string {
  const [, name] = /^"([^"\\]+)"$/.exec(key) ?? []
  if (name === undefined)
    throw new RegistryError('invalid_request', 'key must be a name in quotes: npm stars <name>')
  return name
}
