import { isRegistryError, RegistryError } from '@nmr/core'
import { LRUCache } from 'lru-cache'

/** Remembers who and what GitHub is not to be asked about for a while, so that trouble is not answered with more questions. */
export interface Pauses {
  /** @throws RegistryError `unavailable` while there is a pause for one of `names` */
  assertNone(...names: readonly string[]): void
  /** Starts a pause after an `unavailable` error to what `began`: for all of the token's questions where GitHub asked for it, else for the one. */
  after(error: unknown, token: string, question: string, began: Date): void
}

/**
 * Milliseconds in which a question that GitHub could not answer is not put again, at least; where it took longer to find
 * out, as long as that took, so that a silent GitHub does not hold everybody up all the time.
 */
const AFTER_FAULT = 1000
/** From so many seconds on, it was GitHub that asked for the pause. */
const LONG = 10

export function createPauses(clock: () => Date): Pauses {
  const pauses = new LRUCache<string, { readonly until: number; readonly message: string }>({ max: 10_000 })

  return {
    assertNone(...names) {
      for (const name of names) {
        const pause = pauses.get(name)
        const left = (pause?.until ?? 0) - clock().getTime()
        if (pause === undefined || left <= 0) continue
        throw new RegistryError('unavailable', pause.message, { retryAfter: Math.ceil(left / 1000) })
      }
    },
    after(error, token, question, began) {
      if (!isRegistryError(error, 'unavailable')) return
      const { message, retryAfter = 0 } = error
      const isWanted = retryAfter >= LONG
      const now = clock().getTime()
      const wait = isWanted ? retryAfter * 1000 : Math.max(AFTER_FAULT, now - began.getTime())
      pauses.set(isWanted ? token : question, { until: now + wait, message })
    },
  }
}
