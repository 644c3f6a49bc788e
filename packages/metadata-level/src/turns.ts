/** Keeps count of work, so that some of it can wait for other. */
export interface Turns {
  /** Starts `work` when all that was given for the same key before it is done, whatever became of that. */
  inTurn<Result>(key: string, work: () => Promise<Result>): Promise<Result>
  /** Starts `work` now. */
  track<Result>(work: () => Promise<Result>): Promise<Result>
  /** Waits until nothing is under way. */
  allDone(): Promise<void>
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()
  const underWay = new Set<Promise<unknown>>()

  function watch<Result>(promise: Promise<Result>): Promise<Result> {
    const done = promise.then(forget, forget)
    function forget() {
      underWay.delete(done)
    }
    underWay.add(done)
    return promise
  }

  return {
    inTurn(key, work) {
      const before = last.get(key)
      const turn = before === undefined ? work() : before.then(work, work)
      last.set(key, turn)
      return watch(
        turn.finally(() => {
          if (last.get(key) === turn) last.delete(key)
        }),
      )
    },
    track: (work) => watch(work()),
    async allDone() {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}
