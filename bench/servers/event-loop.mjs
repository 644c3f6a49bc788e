import { monitorEventLoopDelay } from 'node:perf_hooks'

/*
 * Loaded into the servers before their own code: tells the benchmark, on demand, how long their event loop stood still
 * at most. Costs nothing until it is asked.
 */

/** Milliseconds between two looks; a delay is counted from one look to the next. */
const RESOLUTION = 1
let delay

process.on('message', (message) => {
  if (message === 'watch the event loop') {
    delay = monitorEventLoopDelay({ resolution: RESOLUTION })
    delay.enable()
    process.send({ watching: true })
  } else if (message === 'what was the longest turn?') {
    delay.disable()
    process.send({ longestTurn: Math.max(0, delay.max / 1e6 - RESOLUTION) })
  }
})
process.channel?.unref()
