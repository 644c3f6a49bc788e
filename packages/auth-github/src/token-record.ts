import { LRUCache } from 'lru-cache'
import type { Answer } from './answer.ts'

/**
 * Which tokens GitHub has accepted and which it has not. It turns away everybody's good tokens too, for a while, after
 * several bad ones: so an unknown token's first question goes alone, and a bad one is presented once in `refusalAge`.
 */
export interface TokenRecord {
  /** Runs `ask`, or answers in its place with what GitHub said when it refused the token. */
  present(token: string, ask: () => Promise<Answer>): Promise<Answer>
  /** GitHub's refusal, while it counts. */
  refusal(token: string): Answer | undefined
}

/** @param refusalAge milliseconds for which a refusal counts */
export function createTokenRecord(clock: () => Date, refusalAge: number): TokenRecord {
  const accepted = new LRUCache<string, true>({ max: 50_000 })
  const refusals = new LRUCache<string, Answer>({ max: 50_000 })
  const firsts = new Map<string, Promise<unknown>>()

  function refusal(token: string): Answer | undefined {
    const answer = refusals.get(token)
    return answer !== undefined && clock().getTime() - answer.asked < refusalAge ? answer : undefined
  }

  async function record(token: string, ask: () => Promise<Answer>): Promise<Answer> {
    const answer = await ask()
    if (answer.status === 401) {
      accepted.delete(token)
      refusals.set(token, answer)
    } else {
      accepted.set(token, true)
      refusals.delete(token)
    }
    return answer
  }

  return {
    refusal,
    async present(token, ask) {
      const first = firsts.get(token)
      if (!accepted.has(token) && refusal(token) === undefined && first === undefined) {
        const asking = record(token, ask).finally(() => firsts.delete(token))
        firsts.set(token, asking)
        return asking
      }
      await first?.catch(() => {})
      return refusal(token) ?? record(token, ask)
    },
  }
}
