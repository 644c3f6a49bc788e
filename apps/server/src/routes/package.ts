import { isRegistryError, parsePackageName } from '@nmr/core'
import { baseUrl } from '../http/base-url.ts'
import { MAX_VALUES } from '../http/json-shape.ts'
import { ABBREVIATED, negotiate } from '../http/negotiation.ts'
import { sendDocument } from '../http/send-document.ts'
import type { RouteContext } from '../route-context.ts'
import { PackageDocument } from '../schemas/package-document.ts'
import { PackageParams, RevisionParams } from '../schemas/params.ts'
import { MAX_DOCUMENT, publishRoutes } from './publish.ts'

/** `/:name`: the packument, and all that is done by sending one back. */
export function packageRoutes(context: RouteContext): void {
  const { app, registry, publicUrl } = context

  app.get(
    '/:name',
    { config: { lazily: true }, schema: { params: PackageParams } },
    async (request, reply) => {
      const { document, encoding } = negotiate(request)
      const found = await registry.readPackument(request.caller, {
        name: parsePackageName(request.params.name),
        base: baseUrl(request, publicUrl),
        document,
        encoding,
      })
      const contentType = document === 'abbreviated' ? ABBREVIATED : 'application/json'
      return sendDocument(context, request, reply, found, { contentType, encoding })
    },
  )

  publishRoutes(context)

  app.route({
    method: 'PUT',
    url: '/:name/-rev/:revision',
    schema: { params: RevisionParams, body: PackageDocument },
    bodyLimit: MAX_DOCUMENT,
    config: { maxValues: MAX_VALUES },
    // Before the body is read, which may be large; what it asks for is decided when it is known.
    onRequest: async (request) => {
      const name = parsePackageName(request.params.name)
      await registry.assertMayRead(request.caller, name)
      await refuseNobody(registry.assertMayPublish(request.caller, name))
    },
    handler: async (request, reply) => {
      const { revision } = request.params
      const name = parsePackageName(request.params.name)
      const rev = await registry.writeDocument(request.caller, name, { document: request.body, revision })
      return reply.code(201).send({ ok: true, id: name, rev })
    },
  })

  app.delete('/:name/-rev/:revision', { schema: { params: RevisionParams } }, async (request) => {
    const { revision } = request.params
    const name = parsePackageName(request.params.name)
    const rev = await registry.unpublish(request.caller, name, { versions: 'all', revision })
    return { ok: true, id: name, rev }
  })
}

/** Nobody may change a package that nobody may publish to; somebody may still do one thing and not another. */
async function refuseNobody(permission: Promise<void>): Promise<void> {
  await permission.catch((error: unknown) => {
    if (isRegistryError(error, 'unauthenticated')) throw error
  })
}
