import { parsePackageName } from '@nmr/core'
import { isFresh } from '../http/conditional.ts'
import { REVALIDATE, sendElsewhere } from '../http/send-document.ts'
import type { RouteContext } from '../route-context.ts'
import { DistTagMap, TaggedVersion } from '../schemas/package-document.ts'
import { DistTagParams, PackageParams } from '../schemas/params.ts'

const ALL = '/-/package/:name/dist-tags'
const ONE = '/-/package/:name/dist-tags/:tag'

/** `npm dist-tag`, `yarn tag`, and what they are called elsewhere. */
export function distTagRoutes({ app, registry, answers }: RouteContext): void {
  app.get(ALL, { config: { lazily: true }, schema: { params: PackageParams } }, async (request, reply) => {
    const found = await registry.listDistTags(request.caller, parsePackageName(request.params.name))
    if (found.kind === 'elsewhere') return sendElsewhere(reply, found)
    const { distTags, etag, standing } = found
    const common = { 'cache-control': REVALIDATE }
    if (isFresh(request.headers, { etag }))
      return reply
        .headers({ ...common, etag })
        .code(304)
        .send()
    const body = Buffer.from(JSON.stringify(distTags))
    const content = { 'content-type': 'application/json', 'content-length': String(body.length) }
    answers.remember(request, { standing, common, content, etags: [etag], body })
    return reply.headers({ ...common, etag, ...content }).send(body)
  })

  app.route({
    method: ['PUT', 'POST'],
    url: ONE,
    schema: { params: DistTagParams, body: TaggedVersion },
    handler: async (request) => {
      const name = parsePackageName(request.params.name)
      const rev = await registry.setDistTags(request.caller, name, { [request.params.tag]: request.body })
      return { ok: true, id: name, rev }
    },
  })

  app.delete(ONE, { schema: { params: DistTagParams } }, async (request) => {
    const name = parsePackageName(request.params.name)
    const rev = await registry.removeDistTag(request.caller, name, request.params.tag)
    return { ok: true, id: name, rev }
  })

  // Many at once, by npm 2's library.
  app.route({
    method: ['PUT', 'POST'],
    url: ALL,
    schema: { params: PackageParams, body: DistTagMap },
    handler: async (request) => {
      const name = parsePackageName(request.params.name)
      const rev = await registry.setDistTags(request.caller, name, request.body)
      return { ok: true, id: name, rev }
    },
  })
}
