import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { build } from '../scripts/set-up.mjs'
import { loadTestSupport } from './test-support.mjs'

/*
 * What a publish costs as a package grows: its versions one after another over HTTP, against the server as it is
 * shipped, with a read of the packument after each as npm does. `npm run bench:growth [-- --versions 1000]`.
 */

const { values } = parseArgs({ options: { versions: { type: 'string', default: '1000' } } })
const VERSIONS = Number(values.versions)
/** Publishes that one median is taken of. */
const WINDOW = 21

await build()
const { startServer, publishDocument, createRegistryClient, close } = await loadTestSupport(
  'server',
  'publish-document',
  'registry-client',
)
const folder = await mkdtemp(join(tmpdir(), 'nmr-bench-growth-'))
const server = await startServer(folder)
try {
  const registry = createRegistryClient(server.url)
  const times = { publish: [], read: [] }
  for (let count = 0; count < VERSIONS; count++) {
    const document = publishDocument({ name: '@acme/growing', version: `1.0.${count}` })
    times.publish.push(await timed(() => registry.publish(document), 201))
    times.read.push(await timed(async () => (await registry.request('/@acme/growing')).status, 200))
  }
  report('publish', times.publish)
  report('packument right after it', times.read)
} finally {
  await server.stop()
  await rm(folder, { recursive: true })
  await close()
}

async function timed(work, expected) {
  const started = performance.now()
  const status = await work()
  const took = performance.now() - started
  if (status !== expected) throw new Error(`answered ${status}, not ${expected}`)
  return took
}

function report(what, times) {
  const first = medianAround(times, 10)
  for (const count of [10, 100, 300, VERSIONS].filter((each) => each <= VERSIONS)) {
    const median = medianAround(times, count)
    console.log(
      `${what}, version ${count}: ${median.toFixed(2)} ms, ${(median / first).toFixed(2)} × version 10`,
    )
  }
}

/** Of the publishes nearest to this one; the last ones have none after them. */
function medianAround(times, count) {
  const from = Math.max(0, Math.min(count - Math.ceil(WINDOW / 2), times.length - WINDOW))
  const sorted = times.slice(from, from + WINDOW).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
