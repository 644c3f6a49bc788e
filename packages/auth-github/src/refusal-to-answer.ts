import { RegistryError } from '@nmr/core'
import { type GithubResponse, header } from './github-response.ts'

/**
 * The error for a response that is no answer: GitHub is out of order, or will not talk to this token for a while.
 * The token may be as good as ever, so that must not look like a no: people would throw it away.
 */
export function refusalToAnswer(response: GithubResponse, now: Date): RegistryError | undefined {
  const { status, data } = response
  if (status >= 500) return unavailable(`GitHub is out of order (it answered ${status}); try again`, 5)
  if (status !== 403 && status !== 429) return undefined
  const message = messageOf(data)
  if (header(response, 'x-ratelimit-remaining') === '0') {
    const wait = untilReset(header(response, 'x-ratelimit-reset'), now)
    const end = new Date(now.getTime() + wait * 1000).toISOString().slice(11, 16)
    return unavailable(
      `GitHub's rate limit for your account is used up until ${end} UTC; your token is fine`,
      wait,
    )
  }
  if (/maximum number of login attempts/i.test(message)) {
    const why = 'GitHub turns away all tokens of your account for some minutes, after too many bad ones'
    return unavailable(`${why}; yours may be fine`, MINUTE)
  }
  const retryAfter = header(response, 'retry-after')
  if (status === 429 || retryAfter !== undefined || /rate limit|abuse detection/i.test(message)) {
    const why = 'GitHub asks for a pause (its secondary rate limit)'
    return unavailable(`${why}; your token is fine`, Math.max(seconds(retryAfter) ?? MINUTE, LEAST_PAUSE))
  }
  return undefined
}

/** Seconds. What GitHub wants kept where it names no time. */
const MINUTE = 60
const HOUR = 60 * MINUTE
const LEAST_PAUSE = 10

function untilReset(reset: string | undefined, now: Date): number {
  const at = seconds(reset)
  if (at === undefined) return MINUTE
  return Math.min(Math.max(Math.ceil(at - now.getTime() / 1000), 1), HOUR)
}

function seconds(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,10}$/.test(header) ? Number(header) : undefined
}

function messageOf(data: unknown): string {
  if (typeof data !== 'object' || data === null || !('message' in data)) return ''
  return typeof data.message === 'string' ? data.message : ''
}

function unavailable(message: string, retryAfter: number): RegistryError {
  return new RegistryError('unavailable', message, { retryAfter })
}
