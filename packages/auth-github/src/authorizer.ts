import type { Action, Authorizer, Credential, Principal, Subject } from '@nmr/core'
import type { UserFacts } from './answer.ts'
import { openAnswerCache } from './answer-cache.ts'
import { createAnswers } from './answers.ts'
import { explanationOf, forItsAsker, type GithubExplanation } from './explain.ts'
import { createGithubClient } from './github-client.ts'
import { createInquiry, type Finding } from './inquiry.ts'
import { refusedToken } from './judge.ts'
import { type GithubAuthorizerOptions, policyOf } from './options.ts'
import { type Token, tokenOf } from './token.ts'
import { decisionOf } from './wording.ts'

/** An authorizer that knows nobody: it asks GitHub what a token may do. */
export interface GithubAuthorizer extends Authorizer {
  /**
   * Who holds a credential's token: what `npm login`, `whoami` and `npm profile get` need. `undefined` when GitHub does
   * not accept it.
   *
   * @throws RegistryError `unavailable`
   */
  identify(credential: Credential): Promise<UserFacts | undefined>
  /**
   * As `explain`, but with everything, also what the asker may not know.
   *
   * @throws RegistryError `unavailable`
   */
  explainWhole(principal: Principal | undefined, action: Action, subject: Subject): Promise<GithubExplanation>
}

/** Apps and workflows have tokens without a person, and GitHub does not say which app it is: nearly all are workflows'. */
export const INSTALLATION: UserFacts = { login: 'github-actions[bot]' }

/** The holder of a token that was not verified yet, in the log of a request that only reads. */
const UNVERIFIED = 'unverified token'

const TIMEOUT = 10_000

/**
 * Opens an authorizer over GitHub. It keeps GitHub's answers, for `cache.ttl` seconds at most where they are a yes, and
 * never a token.
 *
 * @throws Error when the cache's folder cannot be opened
 */
export async function openGithubAuthorizer(options: GithubAuthorizerOptions = {}): Promise<GithubAuthorizer> {
  const { clock = () => new Date(), timeout = TIMEOUT, onMove } = options
  const policy = policyOf(options)
  const cache = await openAnswerCache(options.cache?.path, clock)
  const client = createGithubClient({ apiUrl: policy.apiUrl, timeout, clock })
  const { negativeTtl: refusalAge, anonymousRead: sharePublic } = policy
  const answers = createAnswers({ client, cache, clock, refusalAge, sharePublic })
  const { inquire } = createInquiry(answers, policy)
  /** Principals' tokens, beside them: what is logged or shown of a principal can never hold one. */
  const visitors = new WeakMap<Principal, Visitor>()

  async function userOf(token: Token, stale: number): Promise<UserFacts | undefined> {
    const { answer } = await answers.to(token, { about: 'user' }, { maxAge: policy.ttl, stale })
    if (answer.user !== undefined) return answer.user
    return answer.status === 403 && token.holder === 'installation' ? INSTALLATION : undefined
  }

  function admit(token: Token, user: UserFacts): Principal {
    const person = personOf(user)
    visitors.set(person, { token, person })
    return person
  }

  async function find(principal: Principal | undefined, action: Action, subject: Subject): Promise<Finding> {
    const visitor = principal && visitors.get(principal)
    if (visitor?.person.name === UNVERIFIED && action !== 'read') {
      const user = await userOf(visitor.token, 0)
      if (user === undefined) return { verdict: refusedToken, trail: [] }
      Object.assign(visitor.person, personOf(user))
    }
    return inquire(visitor?.token, action, subject)
  }

  /** A permission holds as long as each answer that it follows from, and these count from when GitHub was asked. */
  function until({ verdict, trail }: Finding): { readonly until?: number } {
    if (verdict.outcome !== 'granted' || trail.length === 0) return {}
    return { until: Math.min(...trail.map(({ answer }) => answer.asked)) + policy.ttl }
  }

  return {
    async authenticate(credential, { lazily = false } = {}) {
      const token = credential && tokenOf(credential, cache.hash)
      if (token === undefined || answers.isRefused(token)) return undefined
      const user = lazily
        ? ((await answers.last(token, { about: 'user' }))?.user ?? { login: UNVERIFIED })
        : await userOf(token, policy.staleIfError)
      return user && admit(token, user)
    },
    async login(username, password) {
      const token = tokenOf({ kind: 'basic', username, password }, cache.hash)
      const user = token && (await userOf(token, 0))
      const isTheirs = user === INSTALLATION || user?.login.toLowerCase() === username.toLowerCase()
      return token && user && isTheirs ? { principal: admit(token, user), token: password } : undefined
    },
    async identify(credential) {
      const token = tokenOf(credential, cache.hash)
      return token && userOf(token, 0)
    },
    async decide(principal, action, subject) {
      const finding = await find(principal, action, subject)
      const decision = { ...decisionOf(finding, subject), ...until(finding) }
      const from = subject.repository
      if (
        decision.outcome === 'granted' &&
        decision.repository &&
        from &&
        from.id !== decision.repository.id
      ) {
        onMove?.({ name: subject.name, from, to: decision.repository, by: principal?.name ?? '' })
      }
      return decision
    },
    async explain(principal, action, subject) {
      return forItsAsker(explanationOf(await find(principal, action, subject), subject, clock()))
    },
    async explainWhole(principal, action, subject) {
      return explanationOf(await find(principal, action, subject), subject, clock())
    },
    close: () => cache.close(),
  }
}

interface Visitor {
  readonly token: Token
  /** The principal itself, which learns its name when it is needed. */
  readonly person: { name: string; email?: string }
}

function personOf({ login, email }: UserFacts): { name: string; email?: string } {
  return { name: login, ...(email !== undefined && { email }) }
}
