/** Milliseconds of work between two turns of the event loop: what everybody else has to wait. */
const MAX_TURN = 2

/** To be awaited again and again in the course of long work: lets everything else have its turn when that is due. */
export type Pace = () => Promise<void> | undefined

/**
 * Several may share one: those who are to wait go on one after the other, each in a turn of its own. The clock is asked
 * for nothing but how long the work has been going on.
 */
export function createPace(): Pace {
  let started = performance.now()
  let last = Promise.resolve()

  function nextTurn(): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(() => {
        started = performance.now()
        resolve()
      })
    })
  }

  return () => {
    if (performance.now() - started < MAX_TURN) return undefined
    last = last.then(nextTurn)
    return last
  }
}
