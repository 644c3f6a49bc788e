import { pipeline, Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { createGzip } from 'node:zlib'
import type { ChangedPackages, Listing } from '@nmr/core'
import { encodingFor } from '../http/negotiation.ts'
import { REVALIDATE } from '../http/send-document.ts'
import type { RouteContext } from '../route-context.ts'
import { SinceQuery } from '../schemas/search.ts'

/**
 * `npm search` of npm 2 and 3, which fetch all packages once and what has changed from then on, and search on their
 * own.
 */
export function allPackagesRoutes({ app, registry }: RouteContext): void {
  for (const url of ['/-/all', '/-/all/since'])
    app.get(url, { schema: { querystring: SinceQuery } }, async (request, reply) => {
      const changed = await registry.listChanged(request.caller, request.query.startkey)
      const body = Readable.from(pieces(changed), { objectMode: false })
      reply
        .header('cache-control', REVALIDATE)
        .header('vary', 'Accept-Encoding')
        .header('content-type', 'application/json; charset=utf-8')
      if (encodingFor(request.headers['accept-encoding']) === 'identity') return reply.send(body)
      // A client that hangs up ends the compressor, and through it the rest; nobody is left to be told.
      const compressed = pipeline(body, createGzip({ level: 1 }), () => {})
      return reply.header('content-encoding', 'gzip').send(compressed)
    })
}

/** Packages that are written between two turns of the event loop. */
const A_TURN = 100

/** `_updated` comes first: npm 4 to 6, which fall back to this, look for it there. They need the names in order, too. */
async function* pieces({ updated, packages }: ChangedPackages): AsyncGenerator<string> {
  let piece = `{"_updated":${updated}`
  let written = 0
  for await (const listing of packages) {
    piece += `,${JSON.stringify(listing.name)}:${JSON.stringify(entry(listing))}`
    if (++written % A_TURN > 0) continue
    yield piece
    piece = ''
    await setImmediate()
  }
  yield `${piece}}`
}

function entry({ name, description, distTags, maintainers, modified, version, keywords }: Listing) {
  return {
    name,
    description,
    'dist-tags': distTags,
    maintainers,
    time: { modified },
    versions: { [version]: 'latest' },
    keywords,
  }
}
