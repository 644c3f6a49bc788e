import { RegistryError } from '@nmr/core'
import { parse } from 'secure-json-parse'
import type { App } from '../route-context.ts'
import { decodeBodies } from './decoded-body.ts'
import { assertShape } from './json-shape.ts'

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
    async (_request: unknown, body: string | Buffer) => {
      if (body.length === 0) return undefined
      const text = String(body)
      assertShape(text)
      try {
        return parse(text)
      } catch (cause) {
        throw new RegistryError('invalid_request', 'the body is not JSON that can be accepted', { cause })
      }
    },
  )
}
