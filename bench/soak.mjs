import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../scripts/run.mjs'
import { build } from '../scripts/set-up.mjs'
import { openFixtures } from './fixtures.mjs'
import { soakPage } from './soak/page.mjs'
import { timeChart } from './soak/time-chart.mjs'
import { curveTable, judge, verdictText } from './soak/verdict.mjs'

/*
 * `npm run bench:soak [-- --minutes 60] [-- --packages 100000] [-- --rate 100] [-- --write]`: what the registry holds in
 * memory while everything is asked of it for a long time, many packages are read once, and some clients hang up.
 * `--write` writes docs/soak.md.
 */

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '3' },
    packages: { type: 'string', default: '100000' },
    rate: { type: 'string', default: '100' },
    write: { type: 'boolean', default: false },
  },
})
const [minutes, packages, rate] = [values.minutes, values.packages, values.rate].map(Number)

process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143))
await build()
// What it is made of is there only once it is built.
const { soak } = await import('./soak/run.mjs')
const fixtures = await openFixtures()
const folder = await mkdtemp(join(tmpdir(), 'nmr-bench-soak-'))
try {
  const found = await soak({ folder, fixtures, minutes, packages, rate })
  const verdict = judge(found.samples, found.idle, found.caches)
  console.log(`${curveTable(found.samples)}\n\n${verdictText(verdict)}\n`)
  console.log(JSON.stringify({ ...found, samples: undefined }, undefined, 2))
  if (values.write) await writeDocs(found, verdict)
} finally {
  await fixtures.close()
  await rm(folder, { recursive: true, force: true })
}

async function writeDocs(found, verdict) {
  const { samples } = found
  const charts = join(root, 'docs/benchmarks')
  await mkdir(charts, { recursive: true })
  const line = (name, key) => ({ name, values: samples.map((sample) => sample[key]) })
  const lines = [line('resident', 'resident'), line('of its own', 'anonymous'), line('heap', 'heap')]
  const at = samples.map((sample) => sample.minutes)
  const image = timeChart('Memory under mixed load, MB', at, lines, verdict.limit)
  await writeFile(join(charts, 'soak.svg'), image)
  const conditions = [
    ['date', new Date().toISOString().slice(0, 10)],
    [
      'machine',
      `${cpus().length} cores (${cpus()[0].model}), ${Math.round(totalmem() / 2 ** 30)} GiB of memory`,
    ],
    ['Node', process.versions.node],
  ]
  await writeFile(
    join(root, 'docs/soak.md'),
    soakPage({ ...found, verdict, conditions, minutes, packages, rate }),
  )
}
