import { table } from '../report.mjs'
import { median, percentile } from '../statistics.mjs'

/** Megabytes beside the configured caches that the registry may hold. */
const ALLOWANCE = 100
/** Megabytes an hour by which it may rise in the second half of the run: what the garbage collector's moods come to. */
const MAX_RISE = 10
/** Parts of the run that are shown. */
const PARTS = 10

/**
 * What a run came to.
 *
 * @param samples in order: `minutes`, and megabytes `resident`, `anonymous`, `heap`, `room` and `external`; `longestTurn`
 * @param caches megabytes that the configuration lets caches hold
 */
export function judge(samples, idle, caches) {
  const secondHalf = samples.slice(samples.length >> 1)
  const rise = slope(secondHalf.map(({ minutes, resident }) => [minutes / 60, resident]))
  const most = Math.max(...samples.map(({ resident }) => resident))
  const limit = caches + ALLOWANCE
  return { idle, most, limit, rise, isBounded: most <= limit, hasStopped: rise <= MAX_RISE }
}

/** What a run held at each tenth of it. */
export function curveTable(samples) {
  const parts = Array.from({ length: PARTS }, (_, n) =>
    samples.slice(Math.floor((n * samples.length) / PARTS), Math.floor(((n + 1) * samples.length) / PARTS)),
  ).filter((part) => part.length > 0)
  const columns = [
    ['until, minutes', (part) => part.at(-1).minutes.toFixed(1)],
    ['resident, MB', (part) => mid(part, 'resident')],
    ['most', (part) => Math.max(...part.map(({ resident }) => resident)).toFixed(0)],
    ['of its own', (part) => mid(part, 'anonymous')],
    ['JavaScript heap', (part) => mid(part, 'heap')],
    ['with its room', (part) => mid(part, 'room')],
    ['buffers', (part) => mid(part, 'external')],
    ['answered in, ms, median', (part) => median(part.flatMap(({ times }) => times)).toFixed(1)],
    [
      '99 of 100',
      (part) =>
        percentile(
          part.flatMap(({ times }) => times),
          0.99,
        ).toFixed(1),
    ],
    ['longest turn, ms', (part) => Math.max(...part.map(({ longestTurn }) => longestTurn)).toFixed(0)],
  ]
  return table(
    columns.map(([name]) => name),
    parts.map((part) => columns.map(([, cell]) => cell(part))),
  )
}

/** The verdict in words. */
export function verdictText({ idle, most, limit, rise, isBounded, hasStopped }) {
  return [
    `- idle before it: ${idle.toFixed(0)} MB`,
    `- most at any time: ${most.toFixed(0)} MB, of ${limit.toFixed(0)} MB that the caches and ${ALLOWANCE} MB come to: ${mark(isBounded)}`,
    `- growth in the second half: ${rise.toFixed(1)} MB an hour, of ${MAX_RISE} MB: ${mark(hasStopped)}`,
  ].join('\n')
}

function mark(isReached) {
  return isReached ? '✓' : '✗'
}

function mid(part, key) {
  return median(part.map((sample) => sample[key])).toFixed(0)
}

/** By least squares. */
function slope(points) {
  const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))]
  const rise = points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0)
  const run = points.reduce((sum, [at]) => sum + (at - x) ** 2, 0)
  return rise / run
}
