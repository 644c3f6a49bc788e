/** Milliseconds of work between two turns of the event loop: what everybody else has to wait. */
const MAX_TURN = 2

/** To be awaited again and again in the course of long work: lets everything else have its turn when that is due. */
export type Pace = () => Promise<void> | undefined

/** The clock is asked for nothing but how long the work has been going on. */
export function createPace(): Pace {
  let started = performance.now()
  return () => {
    if (performance.now() - started < MAX_TURN) return undefined
    return new Promise((resolve) => {
      setImmediate(() => {
        started = performance.now()
        resolve()
      })
    })
  }
}
