import type { OutgoingHttpHeaders } from 'node:http'
import { type Download, ownMemory } from '@nmr/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Answers } from './answers.ts'
import { byteRange, isRange } from './byte-range.ts'
import { isFresh, lastModified } from './conditional.ts'
import type { FrontServer } from './front-server.ts'
import { REVALIDATE } from './send-document.ts'
import type { Transfers } from './transfers.ts'
import type { WorthKeeping } from './worth-keeping.ts'

const IMMUTABLE = 'private, max-age=31536000, immutable'

const NO_BYTES = Buffer.alloc(0)

export interface SendTarballOptions {
  readonly answers: Pick<Answers, 'remember'>
  /** Bytes of answers that are kept, about. */
  readonly answerCacheSize: number
  readonly clock: () => Date
  readonly front: FrontServer
  /** Whether a version's bytes never change. */
  readonly immutable: boolean
  /** Whether the client can be sent elsewhere for the bytes. */
  readonly redirect: boolean
  readonly transfers: Transfers
  readonly worthKeeping: WorthKeeping
}

/** Answers with a tarball, a part of it, where it is or which file it is, or with a 304 when the client has it. */
export async function sendTarball(
  request: FastifyRequest,
  reply: FastifyReply,
  found: Download,
  options: SendTarballOptions,
): Promise<FastifyReply> {
  const { answers, answerCacheSize, clock, front, immutable, redirect, transfers, worthKeeping } = options
  const etag = `"${found.shasum}"`
  // Where a version may be published over, its time of publication does not tell which bytes somebody has.
  const modified = immutable ? new Date(found.published) : undefined
  const modifiedHeader = modified && lastModified(modified, clock())
  const common = {
    'cache-control': immutable ? IMMUTABLE : REVALIDATE,
    ...(modifiedHeader && { 'last-modified': modifiedHeader }),
  }
  if (isFresh(request.headers, { etag, modified }))
    return reply
      .headers({ ...common, etag })
      .code(304)
      .send()

  const wanted = byteRange(request.headers, etag, found.size)
  if (wanted === 'unsatisfiable') {
    const error = `the tarball has ${found.size} bytes, and none of them are in the range`
    return reply.code(416).header('content-range', `bytes */${found.size}`).send({ error, reason: error })
  }
  const range = isRange(wanted) ? wanted : undefined
  const size = range === undefined ? found.size : range.end - range.start + 1
  const file = front.asks(request)
  const isKept = range === undefined && worthKeeping(found)
  const keep = (bytes: number) => ownMemory(bytes, answerCacheSize)
  const allocate = isKept ? keep : transfers.allocate
  const opened = request.method === 'HEAD' ? undefined : await found.open({ range, redirect, file, allocate })
  if (opened?.kind === 'redirect') return reply.header('cache-control', 'no-store').redirect(opened.url, 302)
  // A file is handed over whole, and parts of it are up to the front server.
  const part = opened?.kind === 'file' ? undefined : range
  const content = {
    'content-type': 'application/octet-stream',
    ...(opened?.kind === 'file'
      ? { 'content-length': '0', ...front.headersFor(opened.path) }
      : { 'accept-ranges': 'bytes', 'content-length': String(size) }),
    ...(part && { 'content-range': `bytes ${part.start}-${part.end}/${found.size}` }),
  }
  reply.code(part === undefined ? 200 : 206).headers({ ...common, etag, ...content })
  if (opened === undefined) return reply.send()
  if (opened.kind === 'stream' && !isKept) return transfer(request, reply, opened.body, transfers)

  const body = opened.kind === 'file' ? NO_BYTES : await whole(opened.body, opened.size, keep)
  // An exception is no answer for others, and without its Last-Modified it is not yet the one that it will be.
  const isLasting = redirect && (modifiedHeader !== undefined || !immutable)
  if (range === undefined && isLasting) {
    answers.remember(request, { standing: found.standing, common, content, etags: [etag], modified, body })
  }
  return reply.send(body)
}

/** When the store fails under way, the connection is cut, so that the client notices. */
async function transfer(
  request: FastifyRequest,
  reply: FastifyReply,
  body: AsyncIterable<Uint8Array>,
  transfers: Transfers,
): Promise<FastifyReply> {
  reply.hijack()
  reply.raw.writeHead(reply.statusCode, reply.getHeaders() as OutgoingHttpHeaders)
  try {
    await transfers.send(reply.raw, body)
  } catch (err) {
    request.log.error({ err }, 'a tarball broke off')
    reply.raw.destroy()
  }
  return reply
}

/** In memory of its own: the one piece that it comes in from a store that asks for memory, or one made of all pieces. */
async function whole(
  body: AsyncIterable<Uint8Array>,
  size: number,
  allocate: (size: number) => Uint8Array,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of body) pieces.push(piece)
  const [first] = pieces
  if (first?.length === size && first.buffer.byteLength === size) return first
  const all = allocate(size)
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}
