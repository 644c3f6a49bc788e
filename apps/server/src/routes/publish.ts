import type { Readable } from 'node:stream'
import {
  type PackageName,
  type PublishDocument,
  parsePackageName,
  RegistryError,
  type Submission,
} from '@nmr/core'
import type { FastifyRequest } from 'fastify'
import {
  type ReceivedAttachment,
  type PublishBody as ReceivedBody,
  readPublishBody,
} from '../http/publish-body.ts'
import type { App, RouteContext } from '../route-context.ts'
import { type PackageDocument, PublishBody } from '../schemas/package-document.ts'
import { PackageParams } from '../schemas/params.ts'

/** Bytes of a document without its tarballs: packuments of thousands of versions come back whole. */
export const MAX_DOCUMENT = 64 * 1024 * 1024

declare module 'fastify' {
  interface FastifyRequest {
    /** Why the caller may not publish, when they still may send a document without a tarball (a star). */
    publishRefusal: unknown
    /** What came in, to be released once the request is answered. */
    received: ReceivedBody | undefined
  }
}

/**
 * `PUT /:name`: a publish, or, without a tarball, a packument that a client changed. The permission to publish is
 * asked for before the body is read, and the tarball never is in memory.
 */
export function publishRoutes({ app: root, registry, maxTarballSize, spoolPath }: RouteContext): void {
  root.register(async (app: App) => {
    app.decorateRequest('publishRefusal', undefined)
    app.decorateRequest('received', undefined)
    app.addHook('onRequest', async (request) => {
      request.publishRefusal = await refusalToPublish(request)
    })
    // Of a body that was refused after it had come in; the handler releases what it is given, answered or not.
    app.addHook('onError', async (request) => request.received?.dispose())
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('application/json', async (request: FastifyRequest, payload: Readable) => {
      // A decoded body may be closed when it is refused; the request itself has to stay open for the answer.
      const source = payload === request.raw ? payload.iterator({ destroyOnReturn: false }) : payload
      request.received = await receive(request, source)
      return request.received
    })

    // Of a body that is read as it comes, only its parts have limits.
    const options = {
      schema: { params: PackageParams, body: PublishBody },
      bodyLimit: Number.MAX_SAFE_INTEGER,
    }
    app.put('/:name', options, async (request, reply) => {
      const name = parsePackageName(request.params.name)
      const { document, attached } = request.body
      try {
        if (attached === undefined) {
          const rev = await registry.writeDocument(request.caller, name, { document })
          return await reply.code(201).send({ ok: true, id: name, rev })
        }
        const { revision } = await registry.publish(request.caller, submission(name, document, attached))
        return await reply.code(201).send({ ok: true, success: true, id: name, rev: revision })
      } finally {
        await request.received?.dispose()
      }
    })
  })

  async function refusalToPublish(request: FastifyRequest): Promise<unknown> {
    const { name } = request.params as { name: string }
    try {
      await registry.assertMayPublish(request.caller, parsePackageName(name))
      return undefined
    } catch (error) {
      if (error instanceof RegistryError && error.code === 'forbidden') return error
      throw error
    }
  }

  /** Without the permission to publish, a document may come in, and the first byte of a tarball ends it. */
  async function receive(request: FastifyRequest, payload: AsyncIterable<Uint8Array>): Promise<ReceivedBody> {
    const refusal = request.publishRefusal
    const limits = {
      maxTarballSize: refusal === undefined ? maxTarballSize : 0,
      maxDocumentSize: MAX_DOCUMENT,
      spoolPath,
    }
    try {
      const body = await readPublishBody(payload, limits)
      if (refusal === undefined || body.attached === undefined) return body
      await body.dispose()
    } catch (error) {
      throw refusal ?? error
    }
    throw refusal
  }
}

function submission(
  name: PackageName,
  document: PackageDocument,
  { key, tarball }: ReceivedAttachment,
): Submission {
  const { length } = document._attachments?.[key] ?? {}
  return { name, document: publishDocument(name, document), tarball, attachment: { key, length } }
}

function publishDocument(
  name: PackageName,
  { name: named, versions, ...rest }: PackageDocument,
): PublishDocument {
  if (named === undefined || versions === undefined) {
    throw new RegistryError(
      'invalid_request',
      `the document of a publish of ${name} has no name or no versions`,
    )
  }
  return { ...rest, name: named, versions }
}
