import { type Download, parsePackageName } from '@nmr/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { byteRange, isRange } from '../http/byte-range.ts'
import { isFresh } from '../http/conditional.ts'
import { REVALIDATE, sendElsewhere } from '../http/send-document.ts'
import { sendTarball } from '../http/send-tarball.ts'
import type { RouteContext } from '../route-context.ts'
import { TarballParams, TarballRevisionParams } from '../schemas/params.ts'

const IMMUTABLE = 'private, max-age=31536000, immutable'

/** `/:name/-/:file`: a tarball, and the last request of npm's unpublish. */
export function tarballRoutes({ app, registry, immutableTarballs, redirectExcept = [] }: RouteContext): void {
  const cacheControl = immutableTarballs ? IMMUTABLE : REVALIDATE

  // HEAD is answered here: the route that Fastify would derive opens the tarball and throws it away.
  app.route({
    method: ['GET', 'HEAD'],
    url: '/:name/-/:file',
    schema: { params: TarballParams },
    handler: async (request, reply) => {
      const { file } = request.params
      const found = await registry.download(request.caller, {
        name: parsePackageName(request.params.name),
        file,
      })
      if (found.kind === 'elsewhere') return sendElsewhere(reply, found)
      reply.header('cache-control', cacheControl)
      const client = request.headers['user-agent'] ?? ''
      const redirect = !redirectExcept.some((text) => client.includes(text))
      return answer(request, reply, found, redirect)
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

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  found: Download,
  redirect: boolean,
): Promise<FastifyReply> {
  const etag = `"${found.shasum}"`
  const modified = new Date(found.published)
  reply.header('etag', etag).header('last-modified', modified.toUTCString()).header('accept-ranges', 'bytes')
  if (isFresh(request.headers, { etag, modified })) return reply.code(304).send()

  const range = byteRange(request.headers, etag, found.size)
  if (range === 'unsatisfiable') {
    return reply
      .code(416)
      .header('content-range', `bytes */${found.size}`)
      .send({ error: 'no such range in the tarball' })
  }
  const size = isRange(range) ? range.end - range.start + 1 : found.size
  reply.header('content-type', 'application/octet-stream').header('content-length', size)
  if (isRange(range))
    reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${found.size}`)
  if (request.method === 'HEAD') return reply.send()
  return sendTarball(reply, await found.open({ range: isRange(range) ? range : undefined, redirect }))
}
