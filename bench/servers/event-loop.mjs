import { monitorEventLoopDelay } from 'node:perf_hooks'

/*
 * Loaded into the servers before their own code: tells the benchmark, on demand, how long their event loop stood still
 * at most, and what their heap holds. Costs nothing until it is asked.
 */

/** Milliseconds between two looks; a delay is counted from one look to the next. */
const RESOLUTION = 1
/** The same where it goes on for an hour, and should cost nothing. */
const COARSE = 10
let delay
let since

process.on('message', (message) => {
  if (message === 'watch the event loop') {
    delay = monitorEventLoopDelay({ resolution: RESOLUTION })
    delay.enable()
    process.send({ watching: true })
  } else if (message === 'what was the longest turn?') {
    delay.disable()
    process.send({ longestTurn: Math.max(0, delay.max / 1e6 - RESOLUTION) })
  } else if (message === 'what do you hold?') {
    const { heapUsed, heapTotal, external } = process.memoryUsage()
    since ??= watchFromNowOn()
    process.send({ heapUsed, heapTotal, external, longestTurn: Math.max(0, since.max / 1e6 - COARSE) })
    since.reset()
  }
})
process.channel?.unref()

function watchFromNowOn() {
  const watch = monitorEventLoopDelay({ resolution: COARSE })
  watch.enable()
  return watch
}
