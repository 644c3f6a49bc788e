import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../scripts/run.mjs'
import { build } from '../scripts/set-up.mjs'
import { cases } from './cases/index.mjs'
import { largePublications } from './cases/process.mjs'
import { barChart } from './chart.mjs'
import { openFixtures, seeds } from './fixtures.mjs'
import { findLoadGenerator } from './load.mjs'
import { page, tables } from './report.mjs'
import { summarize } from './results.mjs'
import { startServers } from './servers/index.mjs'

/*
 * `npm run bench`: the registry beside a bare node:http server, nginx and Verdaccio, in turns, on this machine. Writes
 * docs/benchmarks.md and its charts; with --quick it only prints. docs/benchmarks.md says what else can be chosen.
 */

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean' },
    only: { type: 'string' },
    cases: { type: 'string' },
    servers: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
  },
})
const settings = values.quick
  ? { rounds: 2, seconds: 0.5, publishes: 5, minutes: 10, servers: 'node:http,Verdaccio' }
  : { rounds: 5, seconds: 3, publishes: 20, minutes: 60, servers: 'node:http,nginx,Verdaccio' }
if (values.rounds !== undefined) settings.rounds = Number(values.rounds)
if (values.seconds !== undefined) settings.seconds = Number(values.seconds)
const chosen = cases.filter(isChosen)
const wanted = (values.servers ?? settings.servers).split(',').filter(isNeeded)
const say = (line) => process.stderr.write(`${Math.round(performance.now() / 1000)} s: ${line}\n`)

if (process.platform !== 'linux') throw new Error('benchmarks read /proc: they need Linux')
if (chosen.length === 0) throw new Error(`no such case; there are ${cases.map(({ id }) => id).join(', ')}`)
process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143))
setTimeout(() => {
  say(`not done after ${settings.minutes} minutes: stopped`)
  process.exit(1)
}, settings.minutes * 60_000).unref()

await build()
const started = new Date()
const folder = await mkdtemp(join(tmpdir(), 'nmr-bench-'))
const fixtures = await openFixtures()
let servers = []
try {
  const load = await findLoadGenerator()
  const needed = new Set(chosen.flatMap(({ packages }) => packages ?? []))
  servers = await startServers({
    folder,
    wanted,
    seeds: seeds.filter(({ name }) => needed.has(name)),
    fixtures,
    reads: chosen.filter(({ path }) => path !== undefined),
    say,
  })
  const needsFiles = chosen.some(({ id }) => id.startsWith('memory'))
  const files = needsFiles ? await largePublications(folder, fixtures) : undefined
  const samples = await measureAll({ load, fixtures, settings, folder, files })
  const results = summarize(cases, samples)
  console.log(tables(results))
  if (values.write ?? !values.quick) await writeDocs(results, load)
} finally {
  await Promise.all(servers.map((server) => server.process?.stop()))
  await rm(folder, { recursive: true, force: true })
  await fixtures.close()
}

function isChosen({ id, slow }) {
  if (values.cases !== undefined) return values.cases.split(',').includes(id)
  if (values.only !== undefined) return values.only.split(',').some((each) => id.startsWith(each))
  return !(slow && values.quick)
}

function isNeeded(name) {
  return chosen.some(({ servers }) => servers?.includes(name) ?? true)
}

/** @returns Map of case id → Map of server → what each round measured */
async function measureAll(context) {
  const samples = new Map(chosen.map(({ id }) => [id, new Map()]))
  for (const phase of [chosen.filter((each) => !each.restarts), chosen.filter((each) => each.restarts)]) {
    for (let round = 1; round <= settings.rounds; round++) {
      for (const each of phase.filter(({ once }) => !once || round === 1)) {
        say(`round ${round} of ${each.once ? 1 : settings.rounds}: ${each.title}`)
        for (const server of servers.filter(({ name }) => each.servers?.includes(name) ?? true)) {
          const ofServer = samples.get(each.id)
          const sample = await each.measure({ ...context, server, round })
          ofServer.set(server.name, [...(ofServer.get(server.name) ?? []), sample])
        }
      }
    }
  }
  return samples
}

async function writeDocs(results, load) {
  const docs = join(root, 'docs')
  await mkdir(join(docs, 'benchmarks'), { recursive: true })
  const charts = [...new Set(results.flatMap(({ chart }) => chart ?? []))].map((title) => ({
    title,
    file: `${title.toLowerCase().replaceAll(' ', '-')}.svg`,
  }))
  for (const { title, file } of charts) {
    const shown = results.filter(({ chart }) => chart === title)
    await writeFile(join(docs, 'benchmarks', file), barChart(title, shown))
  }
  const conditions = describeConditions(load)
  await writeFile(join(docs, 'benchmarks.md'), page({ results, conditions, charts }))
  say('written: docs/benchmarks.md and docs/benchmarks/*.svg')
}

function describeConditions(load) {
  const { model } = cpus()[0]
  const given = process.argv.slice(2).join(' ')
  return [
    ['date', started.toISOString().slice(0, 10)],
    [
      'machine',
      `${cpus().length} cores (${model}), ${Math.round(totalmem() / 2 ** 30)} GiB of memory, Linux`,
    ],
    ...servers.map(({ name, version }) => [name, version]),
    ['load', `${load.name}, one thread, on the same machine`],
    ['rounds', `${settings.rounds} of ${settings.seconds} s each, ${settings.publishes} publishes`],
    ['command', `\`npm run bench${given === '' ? '' : ` -- ${given}`}\``],
  ]
}
