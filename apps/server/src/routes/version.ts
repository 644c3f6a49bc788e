import { parsePackageName } from '@nmr/core'
import { baseUrl } from '../http/base-url.ts'
import { negotiate } from '../http/negotiation.ts'
import { sendDocument } from '../http/send-document.ts'
import type { RouteContext } from '../route-context.ts'
import { TaggedVersion } from '../schemas/package-document.ts'
import { VersionParams } from '../schemas/params.ts'

/** `/:name/:versionOrTag`: one version's manifest. pnpm 12 reads `/:name/latest` before anything else. */
export function versionRoutes(context: RouteContext): void {
  const { app, registry, publicUrl } = context

  app.get(
    '/:name/:versionOrTag',
    { config: { lazily: true }, schema: { params: VersionParams } },
    async (request, reply) => {
      const { encoding } = negotiate(request)
      const found = await registry.readVersion(request.caller, {
        name: parsePackageName(request.params.name),
        versionOrTag: request.params.versionOrTag,
        base: baseUrl(request, publicUrl),
        encoding,
      })
      return sendDocument(context, request, reply, found, { contentType: 'application/json', encoding })
    },
  )

  // `npm tag` of npm 2: the version to tag as a bare JSON string.
  app.put(
    '/:name/:versionOrTag',
    { schema: { params: VersionParams, body: TaggedVersion } },
    async (request, reply) => {
      const name = parsePackageName(request.params.name)
      const rev = await registry.setDistTags(request.caller, name, {
        [request.params.versionOrTag]: request.body,
      })
      return reply.code(201).send({ ok: true, id: name, rev })
    },
  )
}
