import type { IncomingMessage } from 'node:http'
import { compile } from '@fastify/proxy-addr'
import { LRUCache } from 'lru-cache'
import type { HandOver } from '../config/hand-over.ts'

/** The server in front of the registry, where it sends tarballs' files itself. */
export interface FrontServer {
  /** Whether it is who asks: anybody else could do nothing with a file's name. */
  asks(request: Pick<IncomingMessage, 'socket'>): boolean
  /** What tells it to send a file of the tarball store. */
  headersFor(path: string): Readonly<Record<string, string>>
}

/** Looking an address up takes as long as a tenth of an answer that is given again. */
const MAX_ADDRESSES = 1000

/** @param handOver absent: nobody is handed a file */
export function createFrontServer({
  handOver,
  trustProxy = false,
}: {
  readonly handOver?: HandOver | undefined
  readonly trustProxy?: boolean | readonly string[]
}): FrontServer {
  if (handOver === undefined) return { asks: () => false, headersFor: () => ({}) }
  const { header, base } = handOver
  const isTrusted = trusts(trustProxy)
  return {
    asks: ({ socket }) => isTrusted(socket.remoteAddress ?? ''),
    headersFor: (path) => ({ [header]: base + path }),
  }
}

/** The addresses that Fastify trusts, too. */
function trusts(trustProxy: boolean | readonly string[]): (address: string) => boolean {
  if (typeof trustProxy === 'boolean') return () => trustProxy
  const isListed = compile([...trustProxy])
  const known = new LRUCache<string, boolean>({
    max: MAX_ADDRESSES,
    memoMethod: (address) => address !== '' && isListed(address, 0),
  })
  return (address) => known.memo(address)
}
