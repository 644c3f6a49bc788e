import type { GithubToken } from './state.ts'

/** A refusal to talk: what GitHub answers in the place of what was asked for. */
export interface Refusal {
  readonly status: 403 | 429
  readonly message: string
  readonly headers: Readonly<Record<string, string>>
}

const HOUR = 3_600_000
const LOCKOUT = 900_000

/** GitHub's patience: so many questions an hour for each person, and none for a while after bad tokens. */
export function createLimits(clock: () => Date) {
  const remaining = new Map<string, number>()
  const badTries = new Map<string, number[]>()
  let reset = Math.ceil((clock().getTime() + HOUR) / 1000)

  const self = {
    /** Whether every question is met with a request to slow down; `retryAfter` in seconds. */
    secondary: undefined as { readonly retryAfter?: number } | undefined,
    /** Bad tries of one person's tokens after which all of them are turned away; for a quarter of an hour. */
    lockoutAfter: 10,
    /** Questions that a person (`nobody`: the address) has left in this hour. */
    setRemaining(login: string, left: number) {
      remaining.set(login, left)
    },
    /** Counts a bad try of a token that was good once. */
    countBadTry(login: string) {
      badTries.set(login, [...(badTries.get(login) ?? []), clock().getTime()])
    },
    /** Counts what was answered: a 304 to a token costs nothing. */
    count(token: GithubToken | undefined, status: number) {
      if (status !== 304 || token === undefined) remaining.set(whoIs(token), left(token) - 1)
    },
    headers(token: GithubToken | undefined): Record<string, string> {
      return {
        'x-ratelimit-limit': token === undefined ? '60' : '5000',
        'x-ratelimit-remaining': String(Math.max(0, left(token))),
        'x-ratelimit-reset': String(reset),
        'x-ratelimit-resource': 'core',
      }
    },
    refusal(token: GithubToken | undefined): Refusal | undefined {
      const tries = badTries.get(whoIs(token)) ?? []
      if (tries.filter((at) => clock().getTime() - at < LOCKOUT).length >= self.lockoutAfter) {
        const message = 'Maximum number of login attempts exceeded. Please try again later.'
        return { status: 403, message, headers: {} }
      }
      if (self.secondary !== undefined) {
        const { retryAfter } = self.secondary
        const message =
          'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'
        return {
          status: 403,
          message,
          headers: retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
        }
      }
      if (left(token) > 0) return undefined
      return {
        status: 403,
        message: `API rate limit exceeded for ${whoIs(token)}.`,
        headers: self.headers(token),
      }
    },
  }

  function whoIs(token: GithubToken | undefined): string {
    return token === undefined ? 'nobody' : (token.login ?? token.value)
  }

  function left(token: GithubToken | undefined): number {
    if (clock().getTime() / 1000 >= reset) {
      remaining.clear()
      reset = Math.ceil((clock().getTime() + HOUR) / 1000)
    }
    return remaining.get(whoIs(token)) ?? (token === undefined ? 60 : 5000)
  }

  return self
}
