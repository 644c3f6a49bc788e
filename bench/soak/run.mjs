import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { schema } from '../../apps/server/dist/config/schema.js'
import { numbered } from '../fixtures.mjs'
import { anonymousMemory, cpuTime, residentMemory } from '../proc.mjs'
import { fillWithPackages, fillWithVersions } from '../scale/fill.mjs'
import { configuration, startNmr } from '../servers/nmr.mjs'
import { freePort } from '../servers/process.mjs'
import { publishAll } from '../servers/publishing.mjs'
import { createRandom } from '../words.mjs'
import { createClient } from './client.mjs'
import { createMix } from './mix.mjs'
import { atRate } from './pace.mjs'

const MB = 1e6
/** Packages that are written, and whose tarballs are read; together more than is kept in memory. */
const BUSY = 300
const LARGE = '@acme/large'
/** Of the time, for reading each package once; many requests a second at most. */
const SCAN = 0.8
const MAX_SCANS = 400
/** Milliseconds between two samples. */
const INTERVAL = 5000
/** Milliseconds after the first answer, when what a start leaves behind is done. */
const SETTLED = 1000

/** Starts the registry over so many packages, and looks at its memory while it is asked for all sorts of things. */
export async function soak({ folder, fixtures, minutes, packages, rate }) {
  await mkdir(join(folder, 'data'), { recursive: true })
  const database = join(folder, 'data/db')
  const names = await fillWithPackages(database, packages)
  await fillWithVersions(database, LARGE, 500)
  const port = await freePort()
  const config = join(folder, 'config.json')
  await writeFile(config, JSON.stringify(configuration(port)))
  const url = `http://127.0.0.1:${port}/`
  const start = (options) => startNmr({ folder, config, url, ...options })
  const busy = await publishBusy(start, url, fixtures)

  const server = await start({ watched: true })
  const client = createClient(url)
  try {
    await setTimeout(SETTLED)
    const idle = residentMemory(server.pid)
    const random = createRandom(3)
    const mix = createMix(client, { busy, names, large: LARGE, random, fixtures })
    const began = { time: performance.now(), cpu: cpuTime(server.pid), own: process.cpuUsage() }
    const mixed = atRate(rate, () => mix.one())
    const scanRate = Math.min(MAX_SCANS, packages / (minutes * 60 * SCAN))
    const scanning = atRate(scanRate, mix.scan, packages)
    const samples = await sampled(server, client, minutes)
    const [ofMix, ofScan] = await Promise.all([mixed.stop(), scanning.stop()])
    const seconds = (performance.now() - began.time) / 1000
    const own = process.cpuUsage(began.own)
    return {
      samples,
      idle,
      startedIn: server.startedIn,
      caches: (schema.cache.views.default + schema.cache.answers.default) / MB,
      scanned: ofScan.started,
      leftOut: ofMix.leftOut + ofScan.leftOut,
      ...client.counts,
      complaints: client.complaints,
      // Shares of one core.
      cpu: {
        server: (cpuTime(server.pid) - began.cpu) / MB / seconds,
        load: (own.user + own.system) / MB / seconds,
      },
    }
  } finally {
    client.close()
    await server.stop()
  }
}

/** By a server that is not the one that is looked at. */
async function publishBusy(start, url, fixtures) {
  const sizes = [1000, 10_000, 50_000, 100_000, 250_000]
  const busy = Array.from({ length: BUSY }, (_, n) => ({
    name: `@acme/busy-${n}`,
    versions: numbered(3),
    size: n % 50 === 49 ? 5 * MB : sizes[n % sizes.length],
  }))
  const server = await start()
  try {
    for (let from = 0; from < BUSY; from += 10)
      await publishAll({ url, headers: {} }, busy.slice(from, from + 10), fixtures)
  } finally {
    await server.stop()
  }
  return busy.map(({ name, versions }) => ({ name, versions: [...versions] }))
}

async function sampled(server, client, minutes) {
  const samples = []
  const started = performance.now()
  const count = Math.ceil((minutes * 60_000) / INTERVAL)
  for (let n = 1; n <= count; n++) {
    await setTimeout(Math.max(0, started + n * INTERVAL - performance.now()))
    const { heapUsed, heapTotal, external, longestTurn } = await server.held()
    samples.push({
      minutes: (performance.now() - started) / 60_000,
      resident: residentMemory(server.pid),
      anonymous: anonymousMemory(server.pid),
      heap: heapUsed / MB,
      room: heapTotal / MB,
      external: external / MB,
      longestTurn,
      times: client.takeTimes(),
    })
    if (n % 12 === 0) report(samples.at(-1))
  }
  return samples
}

function report({ minutes, resident, anonymous, heap, room, external, longestTurn }) {
  const [all, own, used, taken, buffers] = [resident, anonymous, heap, room, external].map((megabytes) =>
    megabytes.toFixed(0),
  )
  const text = `${all} MB, ${own} of its own, heap ${used} in ${taken}, buffers ${buffers}; longest turn ${longestTurn.toFixed(0)} ms`
  process.stderr.write(`${minutes.toFixed(1)} min: ${text}\n`)
}
