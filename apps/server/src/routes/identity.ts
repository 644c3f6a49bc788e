import { RegistryError } from '@nmr/core'
import type { FastifyRequest } from 'fastify'
import type { RouteContext } from '../route-context.ts'
import { LoginBody, UserParams } from '../schemas/identity.ts'

/** Who somebody is: login, logout, whoami, profile and tokens. There is no user database behind them. */
export function identityRoutes({ app, registry }: RouteContext): void {
  // Clients send the token of yesterday along, so what counts is the body. It is created or logged in alike, and
  // never a conflict, so npm has no reason to come back with `-rev`; 2 to 4 want exactly a 201.
  for (const url of ['/-/user/:user', '/-/user/:user/-rev/:revision']) {
    app.put(url, { config: { anonymous: true }, schema: { body: LoginBody } }, async (request, reply) => {
      const { name, password } = request.body
      const { token, principal } = await registry.login(name, password)
      return reply.code(201).send({ ok: true, id: userId(principal.name), rev: '1-0', token })
    })
  }

  // `npm owner add` asks who the new owner is. Whether there is such a person is not known here.
  app.get('/-/user/:user', { schema: { params: UserParams } }, async (request) => {
    named(request)
    const name = request.params.user.replace(/^org\.couchdb\.user:/, '')
    return {
      _id: userId(name),
      _rev: '1-0',
      name,
      email: '',
      type: 'user',
      roles: [],
      date: new Date(0).toISOString(),
    }
  })

  // The token is not kept here, so there is nothing to take back; without a 2xx, npm would leave it in its user's file.
  app.delete('/-/user/token/:token', { config: { anonymous: true } }, async () => ({ ok: true }))

  app.post('/-/v1/login', { config: { anonymous: true } }, async () => {
    throw new RegistryError(
      'not_found',
      'there is no login in the browser here: use npm login --auth-type=legacy',
    )
  })

  app.get('/-/whoami', async (request) => ({ username: named(request).name }))

  app.get('/-/npm/v1/user', async (request) => {
    const { name, email = '' } = named(request)
    const unknown = {
      fullname: '',
      homepage: '',
      freenode: '',
      twitter: '',
      github: '',
      created: null,
      updated: null,
    }
    return { tfa: null, name, email, email_verified: email !== '', ...unknown }
  })

  app.get('/-/npm/v1/tokens', async (request) => {
    named(request)
    return { objects: [], total: 0, urls: {} }
  })
}

/** @throws RegistryError `unauthenticated` */
function named({ caller }: FastifyRequest): NonNullable<FastifyRequest['caller']> {
  if (caller !== undefined) return caller
  throw new RegistryError(
    'unauthenticated',
    'you are not logged in, or your token is not accepted: npm login',
  )
}

function userId(name: string): string {
  return `org.couchdb.user:${name}`
}
