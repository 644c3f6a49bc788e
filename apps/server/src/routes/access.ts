import { parsePackageName, RegistryError } from '@nmr/core'
import type { RouteContext } from '../route-context.ts'
import { AccessBody, ActionQuery, OwnerParams } from '../schemas/identity.ts'
import { PackageParams } from '../schemas/params.ts'

/** `npm access`: what the authorizer knows of a package. It is asked here, and changed where the authorizer looks. */
export function accessRoutes({ app, registry }: RouteContext): void {
  app.get('/-/package/:name/visibility', { schema: { params: PackageParams } }, async (request) => {
    const name = parsePackageName(request.params.name)
    return { public: (await registry.visibility(request.caller, name)) === 'public' }
  })

  const explained = { params: PackageParams, querystring: ActionQuery }
  app.get('/-/package/:name/permission', { schema: explained }, (request) => {
    const { action = 'read' } = request.query
    return registry.explain(request.caller, action, parsePackageName(request.params.name))
  })

  app.get('/-/package/:name/access', { schema: { params: PackageParams } }, async (request) => {
    return { access: await registry.visibility(request.caller, parsePackageName(request.params.name)) }
  })

  app.post(
    '/-/package/:name/access',
    { schema: { params: PackageParams, body: AccessBody } },
    async (request) => {
      const name = parsePackageName(request.params.name)
      const present = await registry.visibility(request.caller, name)
      const { access } = request.body
      if (access === undefined)
        throw new RegistryError('invalid_request', 'packages have no two-factor authentication here')
      if ((access === 'private' ? 'restricted' : access) === present) return {}
      const why =
        'who may read and publish it is decided where the registry asks for permissions, so change it there'
      throw new RegistryError(
        'invalid_request',
        `${name} is ${present}, and that is not changed here: ${why}`,
      )
    },
  )

  app.get('/-/package/:name/collaborators', { schema: { params: PackageParams } }, async (request) => {
    const known = await registry.collaborators(request.caller, parsePackageName(request.params.name))
    if (!isPnpm(request.headers['user-agent'])) return known
    return Object.entries(known).map(([user, permissions]) => ({ user, email: '', permissions }))
  })

  for (const url of ['/-/org/:owner/package', '/-/user/:owner/package']) {
    app.get(url, { schema: { params: OwnerParams } }, (request) => {
      return registry.listPackages(request.caller, request.params.owner.replace(/^@/, ''))
    })
  }
}

/** pnpm 11 and 12 read a list here, npm an object. */
function isPnpm(userAgent: string | undefined): boolean {
  return userAgent?.startsWith('pnpm/') === true
}
