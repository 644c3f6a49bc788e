import { hash } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { createAskedBefore, createSlabs, MAX_PIECE, type Piece, type Slabs, type Standing } from '@nmr/core'
import type { FastifyBaseLogger } from 'fastify'
import { LRUCache } from 'lru-cache'
import { isFresh } from './conditional.ts'
import type { FrontServer } from './front-server.ts'
import { logPath } from './log-path.ts'
import { createLogGiven } from './request-log.ts'

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

/** A request that may have an answer from before. */
export interface Asked {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: IncomingHttpHeaders
}

/** An answer that was worked out before, prepared to be sent: what requests have in common is done once. */
export interface Prepared {
  readonly status: 200 | 304
  /** Names and values in turns. */
  readonly headers: string[]
  /** Of a 200. A small one is given as text, one character a byte, when it is asked for, which is to be at once: it may be dropped. */
  readonly body: Uint8Array | (() => string) | undefined
  /** Writes what the log says of it. */
  readonly log: (asked: Asked) => void
}

/** Answers that were worked out before, and are given again for as long as they stand. */
export interface Answers {
  /**
   * What a request is to be answered with; `undefined` when that has to be worked out.
   *
   * @param digest of the request's credential, where it is known already
   */
  find(asked: Asked, socket: Socket, digest?: string): Prepared | undefined
  /** Keeps an answer to what is asked, in this way, for the second time at least. */
  remember(question: Question, answer: Answer): void
}

export interface AnswerOptions {
  readonly clock: () => Date
  readonly logger: FastifyBaseLogger
  /** Bytes of answers that are kept, about. */
  readonly answerCacheSize: number
  /** Where small bodies are kept; by default in slabs of its own. */
  readonly slabs?: Slabs
  readonly front: Pick<FrontServer, 'asks'>
  readonly publicUrl?: string | undefined
  readonly trustProxy?: boolean | readonly string[]
}

/** Bytes that an answer takes beside its body and its key: its headers, its tags, what the log says of it. */
const OVERHEAD = 3 * 1024

/** What a byte that is kept takes, with the garbage and the room that V8 and malloc leave beside it. */
const BYTE = 2.5

export function createAnswers({
  clock,
  logger,
  answerCacheSize,
  slabs = createSlabs(answerCacheSize),
  front,
  publicUrl,
  trustProxy = false,
}: AnswerOptions): Answers {
  // What a proxy says of the request would be part of the question then.
  if (trustProxy !== false && publicUrl === undefined) return { find: () => undefined, remember() {} }
  const remembered = new LRUCache<string, Remembered>({
    max: Math.ceil(answerCacheSize / (BYTE * OVERHEAD)),
    maxSize: answerCacheSize,
    sizeCalculation: ({ size }, key) => Math.ceil(BYTE * (OVERHEAD + key.length + size)),
    dispose: (dropped) => letGo(dropped),
  })

  function letGo({ piece }: Remembered): void {
    if (piece !== undefined) slabs.free(piece)
  }

  // Whoever asks for everything once, or as somebody who is never seen again, leaves no room taken.
  const askedBefore = createAskedBefore()

  return {
    find(asked, socket, digest = digestOf(asked.headers.authorization)) {
      const key = keyOf(asked, digest, front.asks({ socket }))
      const found = key === undefined ? undefined : remembered.get(key)
      if (found === undefined || key === undefined) return undefined
      if (!found.standing.holds(clock().getTime())) {
        remembered.delete(key)
        return undefined
      }
      const { fresh, ok, modified } = found
      return fresh.find(({ etag }) => isFresh(asked.headers, { etag, modified })) ?? ok
    },
    remember({ method, originalUrl: url, headers, caller, socket }, answer) {
      const key = keyOf({ method, url, headers }, digestOf(headers.authorization), front.asks({ socket }))
      if (key === undefined || !answer.standing.holds(clock().getTime())) return
      if (!askedBefore(key)) return
      const prepared = prepare(answer, slabs, logger, { path: logPath(url), caller: caller?.name })
      remembered.set(key, prepared)
      if (remembered.peek(key) !== prepared) letGo(prepared)
    },
  }
}

/** What a credential counts by: it is nothing to be kept. */
export function digestOf(authorization: string | undefined): string {
  return authorization === undefined ? '' : hash('sha256', authorization, 'base64')
}

/** All of a request that an answer can depend on. */
function keyOf({ method, url, headers }: Asked, digest: string, isForFront: boolean): string | undefined {
  if (method !== 'GET' || headers.range !== undefined) return undefined
  const { host, accept, 'accept-encoding': encoding } = headers
  return `${url}\n${host}\n${accept}\n${encoding}\n${digest}${isForFront ? '\n' : ''}`
}

interface Remembered extends Pick<Answer, 'standing' | 'modified'> {
  /** Bytes of the body. */
  readonly size: number
  /** Where a small body is. */
  readonly piece: Piece | undefined
  readonly ok: Prepared | undefined
  readonly fresh: readonly (Prepared & { readonly etag: string })[]
}

function prepare(
  { standing, modified, body, common, content, etags }: Answer,
  slabs: Slabs,
  logger: FastifyBaseLogger,
  logged: { readonly path: string; readonly caller: string | undefined },
): Remembered {
  // Written out: an object made of another's members would have a shape of its own in V8, as large as itself.
  const { path, caller } = logged
  const logOf = (status: number) => createLogGiven(logger, { path, status, caller })
  const flat = (headers: Readonly<Record<string, string>>) => Object.entries(headers).flat()
  // Node sends text together with the head, in one write to the system, which costs as much as all else that is done.
  const piece = body !== undefined && body.length <= MAX_PIECE ? slabs.keep(body) : undefined
  const ok: Prepared | undefined = body && {
    status: 200,
    headers: flat({ ...common, etag: etags[0], ...content }),
    body: piece === undefined ? body : () => slabs.text(piece),
    log: logOf(200),
  }
  const fresh = etags.map((etag) => ({
    etag,
    status: 304 as const,
    headers: flat({ ...common, etag }),
    body: undefined,
    log: logOf(304),
  }))
  return { standing, modified, size: body?.length ?? 0, piece, ok, fresh }
}
