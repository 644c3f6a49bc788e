import { installCases } from './install.mjs'
import { processCases } from './process.mjs'
import { publishCases } from './publish.mjs'
import { readCases } from './read.mjs'

/**
 * Every case in the order of the report: `measure` resolves to `value` in `unit`, and to what else was measured with it
 * (`cpu` in microseconds a request, `p50` and `p99` in milliseconds, and further metrics that targets name).
 *
 * `packages` names those that must be there, `servers` those that it is measured on, all where absent; `once` says that
 * a round is enough, `slow` that a quick run leaves it out, and `restarts` that it comes when all is done which wants
 * servers that have warmed up.
 */
export const cases = [...readCases, ...publishCases, ...processCases, ...installCases]
