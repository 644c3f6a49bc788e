import type { Listing, Maintainer } from '@nmr/core'
import { REVALIDATE } from '../http/send-document.ts'
import type { RouteContext } from '../route-context.ts'
import { SearchQuery } from '../schemas/search.ts'

/** `npm search` from npm 4 on, and pnpm's from pnpm 11 on. */
export function searchRoutes({ app, registry, clock }: RouteContext): void {
  app.get(
    '/-/v1/search',
    { config: { lazily: true }, schema: { querystring: SearchQuery } },
    async (request, reply) => {
      const { text = '', from = 0, size } = request.query
      const { total, packages } = await registry.search(request.caller, { text, from, size })
      return reply.header('cache-control', REVALIDATE).send({
        objects: packages.map((listing, index) => found(listing, from + index)),
        total,
        time: clock().toISOString(),
      })
    },
  )
}

/**
 * Scores say only who comes before whom. Anything computed from what was matched could tell of packages that the
 * asker may not read.
 */
function found(listing: Listing, position: number) {
  const score = 1 / (1 + position)
  return {
    package: summary(listing),
    score: { final: score, detail: { quality: score, popularity: score, maintenance: score } },
    searchScore: score,
  }
}

/** npm 12 prints the publisher, all others the maintainers; all of them fail where there is no list of these. */
function summary({ name, version, description, keywords, date, links, ...people }: Listing) {
  const { author, publisher, maintainers } = people
  return {
    name,
    scope: name.startsWith('@') ? name.slice(1, name.indexOf('/')) : 'unscoped',
    version,
    description,
    keywords,
    date,
    links,
    ...(author && { author }),
    publisher: person(publisher ?? maintainers[0] ?? { name: '' }),
    maintainers: maintainers.map(person),
  }
}

function person({ name, email = '' }: Maintainer) {
  return { username: name, email }
}
