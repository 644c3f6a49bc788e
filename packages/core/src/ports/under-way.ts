/** Keeps count of a store's work, so that the store can wait for it before it closes. */
export interface UnderWay {
  /** Starts `work`, and answers what it answers. */
  track<Result>(work: () => Promise<Result>): Promise<Result>
  /** Waits until nothing is under way; never fails. */
  allDone(): Promise<void>
}

/** For adapters: `close` waits for what is under way. */
export function createUnderWay(): UnderWay {
  const underWay = new Set<Promise<unknown>>()
  return {
    track(work) {
      const result = work()
      const done = result.then(forget, forget)
      function forget() {
        underWay.delete(done)
      }
      underWay.add(done)
      return result
    },
    async allDone() {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}
