import { RegistryError } from '@nmr/core'
import type { FastifyRequest } from 'fastify'
import { parse } from 'secure-json-parse'
import type { App } from '../route-context.ts'
import { decodeBodies } from './decoded-body.ts'
import { assertShape } from './json-shape.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How many values the JSON of a body may hold, where that is more than what anybody may send. */
    readonly maxValues?: number
  }
}

/** What is parsed in a tenth of a second, whoever sends it, and an audit of ten thousand packages. */
const MAX_VALUES = 100_000

/**
 * JSON bodies, gzipped or not, and empty ones: clients put `content-type: application/json` on requests that have no body (DELETE
 * of npm 2 to 6).
 */
export function parseJson(app: App): void {
  decodeBodies(app)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (request: FastifyRequest, body: string | Buffer) => {
      if (body.length === 0) return undefined
      const text = String(body)
      assertShape(text, request.routeOptions.config.maxValues ?? MAX_VALUES)
      try {
        return parse(text)
      } catch (cause) {
        throw new RegistryError('invalid_request', 'the body is not JSON that can be accepted', { cause })
      }
    },
  )
}
