import { parsePackageName } from '@nmr/core'
import type { RouteContext } from '../route-context.ts'
import { OwnerBody, PackageUserParams } from '../schemas/identity.ts'
import { PackageParams } from '../schemas/params.ts'

/** `pnpm owner`, from pnpm 11 on. npm sends the whole list instead, see `writeDocument`. */
export function ownerRoutes({ app, registry }: RouteContext): void {
  app.put(
    '/-/package/:name/owners',
    { schema: { params: PackageParams, body: OwnerBody } },
    async (request) => {
      const name = parsePackageName(request.params.name)
      const rev = await registry.addMaintainer(request.caller, name, request.body.user)
      return { ok: true, id: name, rev }
    },
  )

  app.delete('/-/package/:name/owners/:user', { schema: { params: PackageUserParams } }, async (request) => {
    const name = parsePackageName(request.params.name)
    const rev = await registry.removeMaintainer(request.caller, name, request.params.user)
    return { ok: true, id: name, rev }
  })
}
