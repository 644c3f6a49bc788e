import { parsePackageName } from '@nmr/core'
import { sendElsewhere } from '../http/send-document.ts'
import { sendTarball } from '../http/send-tarball.ts'
import { createTransfers } from '../http/transfers.ts'
import { createWorthKeeping } from '../http/worth-keeping.ts'
import type { RouteContext } from '../route-context.ts'
import { TarballParams, TarballRevisionParams } from '../schemas/params.ts'

/** `/:name/-/:file`: a tarball, and the last request of npm's unpublish. */
export function tarballRoutes(context: RouteContext): void {
  const { app, registry, answers, answerCacheSize, clock, front, redirectExcept = [] } = context
  const transfers = createTransfers()
  const worthKeeping = createWorthKeeping(answerCacheSize)

  // HEAD is answered here: the route that Fastify would derive opens the tarball and throws it away.
  app.route({
    method: ['GET', 'HEAD'],
    url: '/:name/-/:file',
    config: { lazily: true },
    schema: { params: TarballParams },
    handler: async (request, reply) => {
      const { file } = request.params
      const found = await registry.download(request.caller, {
        name: parsePackageName(request.params.name),
        file,
      })
      if (found.kind === 'elsewhere') return sendElsewhere(reply, found)
      const client = request.headers['user-agent'] ?? ''
      const redirect = !redirectExcept.some((text) => client.includes(text))
      return sendTarball(request, reply, found, {
        answers,
        answerCacheSize,
        clock,
        front,
        immutable: context.immutableTarballs,
        redirect,
        transfers,
        worthKeeping,
      })
    },
  })

  app.delete(
    '/:name/-/:file/-rev/:revision',
    { schema: { params: TarballRevisionParams } },
    async (request) => {
      const { file } = request.params
      const name = parsePackageName(request.params.name)
      await registry.assertTarballGone(request.caller, { name, file })
      return { ok: true, id: name }
    },
  )
}
