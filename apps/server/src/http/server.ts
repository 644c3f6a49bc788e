import { createServer, type RequestListener, type Server } from 'node:http'
import type { FastifyBaseLogger } from 'fastify'
import type { Answers } from './answers.ts'
import { logGiven } from './request-log.ts'

/** Milliseconds after which a connection that moves no byte is given up, also in the middle of a request. */
const SILENCE = 5 * 60_000

/** Milliseconds that an idle connection is kept for its client's next request. */
const KEEP_ALIVE = 72_000

/** A server that gives again what was answered before, and leaves all else to `work`. */
export function createAnsweringServer(
  work: RequestListener,
  answers: Answers,
  logger: FastifyBaseLogger,
): Server {
  // A large publish over a slow line takes what it takes.
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE, requestTimeout: 0 }, (request, response) => {
    const given = answers.give(request, response)
    if (given === undefined) work(request, response)
    else logGiven(logger, request, given)
  })
  server.timeout = SILENCE
  return server
}
