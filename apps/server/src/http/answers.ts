import { hash } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Standing } from '@nmr/core'
import { LRUCache } from 'lru-cache'
import { isFresh } from './conditional.ts'
import type { FrontServer } from './front-server.ts'
import { logPath } from './log-path.ts'

/** An answer to a GET that is the same for whoever asks the same in the same way, as long as it stands. */
export interface Answer {
  readonly standing: Standing
  /** What 200 and 304 have in common, in the order it is sent. */
  readonly common: Readonly<Record<string, string>>
  /** What only 200 has. */
  readonly content: Readonly<Record<string, string>>
  /** The one of `body` first, then those of the same content in other encodings, which are good for a 304 as well. */
  readonly etags: readonly [string, ...string[]]
  /** Absent: only the ETag tells whether a copy is the present one. */
  readonly modified?: Date | undefined
  /** Absent: only a 304 was worked out, and can be given again. */
  readonly body?: Uint8Array
}

/** What an answer depends on, beside what `Standing` watches. */
export interface Question extends Pick<IncomingMessage, 'socket'> {
  readonly method: string
  /** As the client wrote it. */
  readonly originalUrl: string
  readonly headers: IncomingHttpHeaders
  readonly caller: { readonly name: string } | undefined
}

/** What the log says of an answer that was given. */
export interface Given {
  readonly status: number
  readonly path: string
  readonly caller: string | undefined
}

/**
 * Answers that were worked out before, prepared so that giving one again takes nothing but a look at whether it still
 * stands: what requests have in common is done once, when the answer is remembered.
 */
export interface Answers {
  /** Answers a request as the one before it; `undefined` when the answer has to be worked out. */
  give(request: IncomingMessage, response: ServerResponse): Given | undefined
  remember(question: Question, answer: Answer): void
}

export interface AnswerOptions {
  readonly clock: () => Date
  /** Bytes of bodies that are kept. */
  readonly answerCacheSize: number
  readonly front: Pick<FrontServer, 'asks'>
  readonly publicUrl?: string | undefined
  readonly trustProxy?: boolean | readonly string[]
}

/**
 * Bodies up to this are kept as text of their bytes: Node sends that together with the head, in one write to the
 * system, which costs as much as all else that is done for such an answer.
 */
const MAX_ONE_WRITE = 64 * 1024

/** Most of them share their bodies with others. */
const MAX_ANSWERS = 20_000

export function createAnswers({
  clock,
  answerCacheSize,
  front,
  publicUrl,
  trustProxy = false,
}: AnswerOptions): Answers {
  // What a proxy says of the request would be part of the question then.
  if (trustProxy !== false && publicUrl === undefined) return { give: () => undefined, remember() {} }
  const remembered = new LRUCache<string, Prepared>({
    max: MAX_ANSWERS,
    maxSize: answerCacheSize,
    sizeCalculation: ({ body }, key) => key.length + (body?.length ?? 0),
  })

  return {
    give(request, response) {
      const { method = '', url = '', headers } = request
      const key = keyOf(method, url, headers, front.asks(request))
      const prepared = key === undefined ? undefined : remembered.get(key)
      if (prepared === undefined || key === undefined) return undefined
      if (!prepared.standing.holds(clock().getTime())) {
        remembered.delete(key)
        return undefined
      }
      const { fresh, ok, body, modified } = prepared
      for (const { etag, raw, given } of fresh) {
        if (!isFresh(headers, { etag, modified })) continue
        response.writeHead(304, raw)
        response.end()
        return given
      }
      if (body === undefined) return undefined
      response.writeHead(200, ok.raw)
      if (typeof body === 'string') response.end(body, 'latin1')
      else response.end(body)
      return ok.given
    },
    remember({ method, originalUrl, headers, caller, socket }, answer) {
      const key = keyOf(method, originalUrl, headers, front.asks({ socket }))
      if (key === undefined || !answer.standing.holds(clock().getTime())) return
      remembered.set(key, prepare(answer, logPath(originalUrl), caller?.name))
    },
  }
}

/** All of a request that an answer can depend on. A credential counts by its digest: it is nothing to be kept. */
function keyOf(
  method: string,
  url: string,
  headers: IncomingHttpHeaders,
  isForFront: boolean,
): string | undefined {
  if (method !== 'GET' || headers.range !== undefined) return undefined
  const { authorization, host, accept, 'accept-encoding': encoding } = headers
  const who = authorization === undefined ? '' : hash('sha256', authorization, 'base64')
  return `${url}\n${host}\n${accept}\n${encoding}\n${who}${isForFront ? '\n' : ''}`
}

interface Prepared extends Pick<Answer, 'standing' | 'modified'> {
  readonly body: Uint8Array | string | undefined
  readonly ok: { readonly raw: string[]; readonly given: Given }
  readonly fresh: readonly { readonly etag: string; readonly raw: string[]; readonly given: Given }[]
}

function prepare(answer: Answer, path: string, caller: string | undefined): Prepared {
  const { standing, modified, body, common, content, etags } = answer
  const raw = (headers: Readonly<Record<string, string>>) => Object.entries(headers).flat()
  return {
    standing,
    modified,
    body: body && asOneWrite(body),
    ok: { raw: raw({ ...common, etag: etags[0], ...content }), given: { status: 200, path, caller } },
    fresh: etags.map((etag) => ({
      etag,
      raw: raw({ ...common, etag }),
      given: { status: 304, path, caller },
    })),
  }
}

function asOneWrite(body: Uint8Array): Uint8Array | string {
  if (body.length > MAX_ONE_WRITE) return body
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1')
}
