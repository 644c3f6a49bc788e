import { isRegistryError } from '@nmr/core'
import type { Answer } from './answer.ts'
import type { AnswerCache } from './answer-cache.ts'
import type { GithubClient } from './github-client.ts'
import { createPauses } from './pauses.ts'
import { keyOf, type Question, readAnswer, requestOf } from './question.ts'
import type { Token } from './token.ts'
import { createTokenRecord } from './token-record.ts'

/** How old an answer may be, in milliseconds. */
export interface Tolerance {
  readonly maxAge: number
  /** How much older it may be while GitHub gives none; 0: it may not. */
  readonly stale: number
}

export interface Told {
  readonly answer: Answer
  /** Whether GitHub was asked for it just now. */
  readonly isNew: boolean
}

/** GitHub's answers, asked for only where none that is young enough is at hand. */
export interface Answers {
  /** @throws RegistryError `unavailable` */
  to(token: Token | undefined, question: Question, tolerance: Tolerance): Promise<Told>
  /** The last answer, however old. */
  last(token: Token, question: Question): Promise<Answer | undefined>
  /** Keeps an answer that came with the one to another question. */
  keep(token: Token | undefined, question: Question, answer: Answer): void
  /** Whether GitHub refused the token a moment ago. */
  isRefused(token: Token): boolean
}

export interface AnswersOptions {
  readonly client: GithubClient
  readonly cache: AnswerCache
  readonly clock: () => Date
  /** Milliseconds in which a token that GitHub does not accept is not presented to it again. */
  readonly refusalAge: number
  /** Whether what a token learns about public repositories may answer those who have none. */
  readonly sharePublic: boolean
}

/** In the place of a token's hash, for questions that are asked without one. */
const NOBODY = 'nobody'

export function createAnswers(options: AnswersOptions): Answers {
  const { client, cache, clock, refusalAge, sharePublic } = options
  const underWay = new Map<string, Promise<Answer>>()
  const pauses = createPauses(clock)
  const tokens = createTokenRecord(clock, refusalAge)

  async function ask(
    token: Token | undefined,
    question: Question,
    known: Answer | undefined,
  ): Promise<Answer> {
    const asked = clock().getTime()
    const etag = known?.status === 200 ? known.etag : undefined
    const response = await client.send(token?.value, requestOf(question), etag)
    const answer = readAnswer(question, response, asked)
    if (answer.status !== 304 || known === undefined || etag === undefined) return answer
    // Scopes can be taken from a token without the repository changing, so they have to be told anew.
    if (known.scopes !== undefined && answer.scopes === undefined) return ask(token, question, undefined)
    return { ...known, asked, ...(answer.scopes && { scopes: answer.scopes }) }
  }

  async function askAndKeep(
    token: Token | undefined,
    question: Question,
    known: Answer | undefined,
    holder: string,
  ): Promise<Answer> {
    const key = `${holder}/${keyOf(question)}`
    pauses.assertNone(holder, key)
    const began = clock()
    try {
      const answer = await ask(token, question, known)
      cache.put(key, answer)
      if (token !== undefined && sharePublic) share(question, answer)
      return answer
    } catch (error) {
      pauses.after(error, holder, key, began)
      throw error
    }
  }

  function share(question: Question, { asked, status, repository }: Answer): void {
    if (question.about !== 'repository' || repository === undefined || repository.isPrivate) return
    const { permissions, ...facts } = repository
    cache.put(`${NOBODY}/${keyOf(question)}`, { asked, status, repository: facts })
  }

  /** Whoever asks the same while it is asked gets the same answer. */
  function askOnce(
    token: Token | undefined,
    question: Question,
    known: Answer | undefined,
    holder: string,
  ): Promise<Answer> {
    const key = `${holder}/${keyOf(question)}`
    const present = underWay.get(key)
    if (present !== undefined) return present
    const asking = (
      token === undefined
        ? askAndKeep(token, question, known, holder)
        : tokens.present(holder, () => askAndKeep(token, question, known, holder))
    ).finally(() => underWay.delete(key))
    underWay.set(key, asking)
    return asking
  }

  return {
    async to(token, question, { maxAge, stale }) {
      const holder = token?.hash ?? NOBODY
      const known = await cache.get(`${holder}/${keyOf(question)}`)
      const age = clock().getTime() - (known?.asked ?? Number.NEGATIVE_INFINITY)
      const isYoung = age >= 0 && age < (known?.status === 401 ? Math.min(maxAge, refusalAge) : maxAge)
      if (known !== undefined && isYoung) return { answer: known, isNew: false }
      try {
        return { answer: await askOnce(token, question, known, holder), isNew: true }
      } catch (error) {
        const mayServe = isRegistryError(error, 'unavailable') && age >= 0 && age < maxAge + stale
        if (known === undefined || !mayServe) throw error
        return { answer: known, isNew: false }
      }
    },
    last: (token, question) => cache.get(`${token.hash}/${keyOf(question)}`),
    keep(token, question, answer) {
      cache.put(`${token?.hash ?? NOBODY}/${keyOf(question)}`, answer)
    },
    isRefused: (token) => tokens.refusal(token.hash) !== undefined,
  }
}
