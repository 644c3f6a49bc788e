import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { answerPlainGets } from './answer-plain-gets.ts'
import type { Answers, Prepared } from './answers.ts'
import { closeWhenAnswered } from './close-when-answered.ts'

/** Milliseconds after which a connection that moves no byte is given up, also in the middle of a request. */
const SILENCE = 5 * 60_000

/** Milliseconds that an idle connection is kept for its client's next request. */
const KEEP_ALIVE = 72_000

/** A server that gives again what was answered before, and leaves all else to `work`. */
export function createAnsweringServer(work: RequestListener, answers: Pick<Answers, 'find'>): Server {
  // A large publish over a slow line takes what it takes.
  const options = { keepAliveTimeout: KEEP_ALIVE, requestTimeout: 0 }
  const server = createServer(options, (request, response) => {
    // While it closes, each answer has to say so to its client.
    const prepared = server.listening ? answers.find(request, request.socket) : undefined
    if (prepared === undefined) return work(request, response)
    send(response, prepared)
    prepared.log(request)
  })
  server.timeout = SILENCE
  answerPlainGets(server, answers)
  closeWhenAnswered(server)
  return server
}

function send(response: ServerResponse, { status, headers, body }: Prepared): void {
  response.writeHead(status, headers)
  if (typeof body === 'function') response.end(body(), 'latin1')
  else response.end(body)
}
