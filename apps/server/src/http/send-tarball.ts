import { Readable } from 'node:stream'
import type { OpenTarball } from '@nmr/core'
import type { FastifyReply } from 'fastify'

/**
 * Sends a tarball's bytes, or where they are. When the store fails under way, the connection is cut, so that the
 * client notices.
 */
export function sendTarball(reply: FastifyReply, opened: OpenTarball): FastifyReply {
  if (opened.kind === 'redirect') {
    return reply
      .removeHeader('content-length')
      .removeHeader('content-type')
      .removeHeader('etag')
      .removeHeader('last-modified')
      .removeHeader('accept-ranges')
      .removeHeader('content-range')
      .header('cache-control', 'no-store')
      .redirect(opened.url, 302)
  }
  return reply.send(opened.body instanceof Readable ? opened.body : Readable.from(opened.body))
}
