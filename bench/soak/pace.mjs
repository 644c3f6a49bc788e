import { performance } from 'node:perf_hooks'

/** Milliseconds between two looks at what is due. */
const TICK = 20
/** Requests that may be under way; what is due beyond them is left out, and counted. */
const MAX_UNDER_WAY = 256

/**
 * Starts `work` so many times a second, however long each takes.
 *
 * @param work called with 0, 1, 2 …
 * @param limit how often at most; without one, until it is stopped
 * @returns `stop`, which waits for what is under way, and how many were `leftOut`
 */
export function atRate(perSecond, work, limit = Infinity) {
  const underWay = new Set()
  const started = performance.now()
  let [done, leftOut, next] = [0, 0, 0]
  const timer = setInterval(() => {
    for (
      const due = ((performance.now() - started) / 1000) * perSecond;
      done < Math.min(due, limit);
      done++
    ) {
      if (underWay.size >= MAX_UNDER_WAY) {
        leftOut++
        continue
      }
      const one = Promise.resolve(work(next++)).finally(() => underWay.delete(one))
      underWay.add(one)
    }
  }, TICK)
  return {
    async stop() {
      clearInterval(timer)
      await Promise.all(underWay)
      return { started: next, leftOut }
    },
  }
}
