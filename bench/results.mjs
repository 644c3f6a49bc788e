import { median } from './statistics.mjs'

/**
 * Puts the rounds together: of every case, each server's medians, our ratio to the others and which targets were reached.
 * Ratios are taken within a round, so that what else the machine did meets both sides.
 *
 * @param samples Map of case id → Map of server → what each round measured
 */
export function summarize(cases, samples) {
  const measured = cases.filter(({ id }) => samples.has(id))
  return measured.map((each) => {
    const ofCase = samples.get(each.id)
    const servers = new Map([...ofCase].map(([server, rounds]) => [server, medians(rounds)]))
    const verdicts = each.targets.flatMap((target) => verdict(target, ofCase, samples) ?? [])
    return {
      ...each,
      servers,
      ratios: ratiosOf(ofCase),
      cpuRatios: cpuRatiosOf(ofCase),
      verdicts,
    }
  })
}

/** A round may lack a metric, where nothing was whole in its time. */
function medians(rounds) {
  const measured = rounds.flatMap((each) => Object.keys(each).filter((metric) => each[metric] !== undefined))
  return Object.fromEntries(
    [...new Set(measured)].map((metric) => [metric, median(rounds.flatMap((each) => each[metric] ?? []))]),
  )
}

/** Ours divided by each other's. */
function ratiosOf(ofCase) {
  const ours = ofCase.get('nmr')
  const others = [...ofCase].filter(([server]) => server !== 'nmr')
  return new Map(others.map(([server, theirs]) => [server, ratioOf(ours, theirs, 'value')]))
}

/** Of the medians: processor time comes in ticks, of which a short round may have none. */
function cpuRatiosOf(ofCase) {
  const { cpu: ours } = medians(ofCase.get('nmr'))
  const others = [...ofCase].filter(([server]) => server !== 'nmr')
  return new Map(
    others.flatMap(([server, rounds]) => {
      const { cpu: theirs } = medians(rounds)
      return theirs > 0 ? [[server, ours / theirs]] : []
    }),
  )
}

function ratioOf(ours, theirs, metric) {
  return median(ours.map((each, round) => each[metric] / theirs[round][metric]))
}

/** @returns `undefined` where this run does not tell */
function verdict({ against, againstCase, metric = 'value', atLeast, atMost }, ofCase, samples) {
  const ours = ofCase.get('nmr')
  const theirs = againstCase === undefined ? ofCase.get(against) : samples.get(againstCase)?.get('nmr')
  const relative = against !== undefined || againstCase !== undefined
  if (relative && theirs === undefined) return undefined
  const value = relative ? ratioOf(ours, theirs, metric) : medians(ours)[metric]
  const reached = atLeast === undefined ? value <= atMost : value >= atLeast
  return { against: against ?? againstCase, metric, atLeast, atMost, value, reached }
}
