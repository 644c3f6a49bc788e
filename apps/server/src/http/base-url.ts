import { RegistryError } from '@nmr/core'
import type { FastifyRequest } from 'fastify'

const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i

/**
 * The registry's address as the client knows it, without a slash at its end: the configured one or, where none is,
 * the one that the request came to. Tarball URLs start with it, and npm 12 takes them from nowhere else.
 *
 * @throws RegistryError `invalid_request` for a Host header that is not a host
 */
export function baseUrl(
  request: Pick<FastifyRequest, 'protocol' | 'host'>,
  publicUrl: string | undefined,
): string {
  if (publicUrl !== undefined) return publicUrl
  if (!HOST.test(request.host))
    throw new RegistryError('invalid_request', 'the Host header does not name a host')
  return `${request.protocol}://${request.host}`
}
