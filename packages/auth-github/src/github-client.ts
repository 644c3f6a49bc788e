import { RegistryError } from '@nmr/core'
import { Octokit } from '@octokit/core'
import { createGate } from './gate.ts'
import type { GithubResponse } from './github-response.ts'
import { refusalToAnswer } from './refusal-to-answer.ts'

export interface GithubRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly body?: Readonly<Record<string, string>>
}

/** Asks GitHub with the token it is given for each request. */
export interface GithubClient {
  /**
   * @param etag of this token's last answer; a 304 costs nothing of the token's rate limit
   * @throws RegistryError `unavailable` when GitHub cannot be reached or will not answer this token for now
   */
  send(token: string | undefined, request: GithubRequest, etag?: string): Promise<GithubResponse>
}

export interface GithubClientOptions {
  /** Without a slash at its end. */
  readonly apiUrl: string
  /** Milliseconds until GitHub is taken to be silent. */
  readonly timeout: number
  readonly clock: () => Date
}

/** What GitHub asks integrations to stay under is 100; the rest is left to what else uses the same token. */
const MAX_CONCURRENT = 50
const MAX_WAITING = 2000

/** The library would print deprecations, with the address that was asked, to the console. */
const silent = { debug() {}, info() {}, warn() {}, error() {} }

/**
 * A client object of Octokit's is made for each request and dropped after it, so that no token can ever be sent with
 * somebody else's question. Redirects are answers, not followed: a redirected POST would come out as a GET.
 */
export function createGithubClient({ apiUrl, timeout, clock }: GithubClientOptions): GithubClient {
  const gate = createGate(MAX_CONCURRENT, MAX_WAITING)

  async function exchange(
    token: string | undefined,
    { method, url, body }: GithubRequest,
    etag: string | undefined,
  ): Promise<GithubResponse> {
    const octokit = new Octokit({
      baseUrl: apiUrl,
      userAgent: 'nmr',
      log: silent,
      request: { log: silent },
      ...(token !== undefined && { auth: token }),
    })
    try {
      return await octokit.request({
        method,
        url,
        ...body,
        headers: {
          'x-github-api-version': '2022-11-28',
          ...(etag !== undefined && { 'if-none-match': etag }),
        },
        request: { redirect: 'manual', signal: AbortSignal.timeout(timeout) },
      })
    } catch (error) {
      return responseOf(error) ?? unreachable(error)
    }
  }

  return {
    send: (token, request, etag) =>
      gate(async () => {
        const response = await exchange(token, request, etag)
        const refusal = refusalToAnswer(response, clock())
        if (refusal !== undefined) throw refusal
        return response
      }),
  }
}

/** Octokit throws at a 304 and at every status from 400 on. Without a response, what it threw is no answer at all. */
function responseOf(error: unknown): GithubResponse | undefined {
  if (!(error instanceof Error) || !('response' in error)) return undefined
  return error.response as GithubResponse | undefined
}

function unreachable(error: unknown): never {
  // Of what was thrown only the network's own error is kept: the rest describes the request, token included.
  const cause = error instanceof Error ? error.cause : undefined
  throw new RegistryError(
    'unavailable',
    'GitHub, which decides who may do this, cannot be reached; try again',
    {
      cause,
      retryAfter: 5,
    },
  )
}
