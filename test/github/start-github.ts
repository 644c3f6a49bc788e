import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { errorBody } from './bodies.ts'
import { createLimits } from './limits.ts'
import { type Reply, route } from './routes.ts'
import { createState, type GithubToken, hasScopes } from './state.ts'

/** One request that was answered, or left unanswered. */
export interface Call {
  readonly method: string
  /** Without the API's prefix and the query. */
  readonly path: string
  /** The token that came with it; the bare text when it is unknown. */
  readonly token: string | undefined
  /** 0 when there was no answer. */
  readonly status: number
}

/** Ways in which GitHub fails. */
export interface Faults {
  /** `refuse` closes the connection, `silent` never answers, `html` is a 502 page, `portal` a 200 page, `malformed` half a document. */
  outage: 'refuse' | 'silent' | 'html' | 'portal' | 'malformed' | undefined
  /** Milliseconds that each answer takes. */
  latency: number
  /** Whether a 304 comes without the token's scopes, as some proxies would have it. */
  bareNotModified: boolean
  /** Changes an answer's document before it is sent. */
  tamper: ((path: string, body: unknown) => unknown) | undefined
}

export interface GithubOptions {
  /** What rate limits, expiry and lockouts go by. */
  readonly clock?: () => Date
  /** `/api/v3` makes it an enterprise server. */
  readonly prefix?: '' | '/api/v3'
  /** 0: any. */
  readonly port?: number
}

export type Github = Awaited<ReturnType<typeof startGithub>>

/**
 * Starts a GitHub on loopback that answers as the real one does where authorisation depends on it. It knows nobody: fill
 * it with `addUser`, `addToken`, `addRepository`.
 */
export async function startGithub({ clock = () => new Date(), prefix = '', port = 0 }: GithubOptions = {}) {
  const state = createState()
  const limits = createLimits(clock)
  const faults: Faults = { outage: undefined, latency: 0, bareNotModified: false, tamper: undefined }
  const calls: Call[] = []

  const server = createServer((request, response) => {
    // A fault of ours must not look like a silent GitHub.
    const answer = () =>
      respond(request, response).catch((error: unknown) => send(response, 500, String(error), {}))
    if (faults.latency > 0) setTimeout(answer, faults.latency)
    else answer()
  })
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening))
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const presented = /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
    const path = new URL(request.url ?? '/', apiUrl).pathname.slice(prefix.length)
    const { method = 'GET' } = request
    const log = (status: number) => calls.push({ method, path, token: presented, status })
    const text = await textOf(request)

    if (faults.outage !== undefined) {
      const { outage } = faults
      log(outage === 'html' ? 502 : outage === 'refuse' || outage === 'silent' ? 0 : 200)
      if (outage === 'refuse') request.socket.destroy()
      if (outage === 'html')
        send(response, 502, '<html><body>Bad Gateway</body></html>', { 'content-type': 'text/html' })
      if (outage === 'portal') send(response, 200, '<html>Log in</html>', { 'content-type': 'text/html' })
      if (outage === 'malformed') send(response, 200, '{"id": 1, "permis', json)
      return
    }

    const { token, reply } = answerTo(presented, method, path, text)
    const body = faults.tamper === undefined ? reply.body : faults.tamper(path, reply.body)
    const content = body === undefined ? '' : JSON.stringify(body)
    const headers: Record<string, string> = { ...json, ...limits.headers(token), ...reply.headers }
    if (token !== undefined && hasScopes(token)) headers['x-oauth-scopes'] = token.scopes.join(', ')
    if (reply.status === 200)
      headers.etag = `W/"${createHash('sha256').update(`${presented}\n${content}`).digest('hex')}"`
    const isSame = reply.status === 200 && request.headers['if-none-match'] === headers.etag
    const status = isSame ? 304 : reply.status
    if (isSame && faults.bareNotModified) delete headers['x-oauth-scopes']
    limits.count(token, status)
    log(status)
    send(response, status, isSame ? '' : content, headers)
  }

  function answerTo(
    presented: string | undefined,
    method: string,
    path: string,
    text: string,
  ): { readonly token: GithubToken | undefined; readonly reply: Reply } {
    const known = presented === undefined ? undefined : state.tokens.get(presented)
    const isGood =
      known !== undefined && !known.isRevoked && (known.expires === undefined || clock() < known.expires)
    const refusal = limits.refusal(known)
    if (refusal !== undefined) {
      return { token: known, reply: { ...refusal, body: errorBody(refusal.status, refusal.message) } }
    }
    if (presented !== undefined && !isGood) {
      if (known?.login !== undefined) limits.countBadTry(known.login)
      return { token: undefined, reply: { status: 401, body: errorBody(401, 'Bad credentials') } }
    }
    return { token: known, reply: route(state, known, method, path, text, apiUrl) }
  }

  return Object.assign(state, {
    /** What `apiUrl` of an authorizer has to be. */
    apiUrl,
    limits,
    faults,
    calls,
    /** How many requests there were, of those whose path fits. */
    count(path: RegExp | string = /^/, token?: GithubToken): number {
      return calls.filter(
        (call) =>
          (typeof path === 'string' ? call.path === path : path.test(call.path)) &&
          (token === undefined || call.token === token.value),
      ).length
    },
    async close(): Promise<void> {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  })
}

const json = { 'content-type': 'application/json; charset=utf-8' }

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

function send(
  response: ServerResponse,
  status: number,
  content: string,
  headers: Record<string, string>,
): void {
  response.writeHead(status, headers).end(content)
}
