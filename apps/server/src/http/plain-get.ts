import type { IncomingHttpHeaders } from 'node:http'

/** A GET as clients send it, with all of its headers that an answer can depend on. */
export interface PlainGet {
  readonly method: 'GET'
  /** As the client wrote it. */
  readonly url: string
  readonly headers: Readonly<Pick<IncomingHttpHeaders, AnsweredHeader>>
}

type AnsweredHeader =
  | 'accept'
  | 'accept-encoding'
  | 'authorization'
  | 'host'
  | 'if-modified-since'
  | 'if-none-match'
  | 'user-agent'

/** Bytes: longer heads are rare, and Node refuses those over 16 KB. */
const MAX_HEAD = 8 * 1024

/** Stricter than HTTP: what is read here must mean the same to every proxy on the way. */
const HEAD =
  /^GET [\x21-\x7e]+ HTTP\/1\.1\r\n(?:[!#$%&'*+.^_`|~\w-]+: (?:[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?)?\r\n)+\r\n$/

/**
 * Reads a request that came in one piece and is nothing but a GET on a connection that stays open, without a body or a
 * range. `undefined`: it is to be read by a whole implementation of HTTP, whatever it is.
 */
export function readPlainGet(bytes: Buffer): PlainGet | undefined {
  if (bytes.length > MAX_HEAD) return undefined
  const head = bytes.toString('latin1')
  if (!HEAD.test(head)) return undefined
  const lineEnd = head.indexOf('\r\n')
  const headers: Partial<Record<AnsweredHeader, string>> = {}
  for (let at = lineEnd + 2; at < head.length - 2; ) {
    const colon = head.indexOf(': ', at)
    const end = head.indexOf('\r\n', colon)
    const name: string = head.slice(at, colon).toLowerCase()
    at = end + 2
    switch (name) {
      case 'accept':
      case 'accept-encoding':
      case 'authorization':
      case 'host':
      case 'if-modified-since':
      case 'if-none-match':
      case 'user-agent':
        if (headers[name] !== undefined) return undefined
        headers[name] = head.slice(colon + 2, end)
        break
      case 'connection':
        if (head.slice(colon + 2, end).toLowerCase() !== 'keep-alive') return undefined
        break
      case 'content-length':
      case 'expect':
      case 'proxy-connection':
      case 'range':
      case 'transfer-encoding':
      case 'upgrade':
        return undefined
    }
  }
  if (headers.host === undefined) return undefined
  return { method: 'GET', url: head.slice('GET '.length, lineEnd - ' HTTP/1.1'.length), headers }
}
