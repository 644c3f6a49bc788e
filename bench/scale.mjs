import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../scripts/run.mjs'
import { build } from '../scripts/set-up.mjs'
import { openFixtures } from './fixtures.mjs'
import { lineChart } from './scale/line-chart.mjs'
import { packageMeasures, versionMeasures } from './scale/measures.mjs'
import { growthTable, scalePage } from './scale/page.mjs'

/*
 * `npm run bench:scale [-- --full] [-- --print]`: what a registry takes as it grows, in packages and in versions of one.
 * Writes docs/scale.md and its curves.
 */

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    print: { type: 'boolean', default: false },
    packages: { type: 'string' },
    versions: { type: 'string' },
  },
})
const packageCounts = numbers(values.packages) ?? (values.full ? [1000, 10_000, 100_000] : [1000, 10_000])
const versionCounts = numbers(values.versions) ?? [10, 100, 1000, 10_000]

process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143))
await build()
// What it is made of is there only once it is built.
const { measurePackages, measureVersions } = await import('./scale/measure.mjs')
const fixtures = await openFixtures()
try {
  const packages = await each(packageCounts, 'packages', measurePackages)
  console.log(growthTable('packages', packageMeasures, packages))
  const versions = await each(versionCounts, 'versions', measureVersions)
  console.log(growthTable('versions', versionMeasures, versions))
  if (!values.print) await writeDocs(packages, versions)
} finally {
  await fixtures.close()
}

function numbers(text) {
  return text?.split(',').map(Number)
}

/** @returns Map of size → what was measured, each in a folder of its own */
async function each(sizes, what, measure) {
  const measured = new Map()
  for (const size of sizes) {
    process.stderr.write(`${size} ${what} …\n`)
    const folder = await mkdtemp(join(tmpdir(), 'nmr-bench-scale-'))
    try {
      measured.set(size, await measure(folder, fixtures, size))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  return measured
}

async function writeDocs(packages, versions) {
  const charts = join(root, 'docs/benchmarks')
  await mkdir(charts, { recursive: true })
  await writeFile(
    join(charts, 'scale-packages.svg'),
    chart('Packages in the registry', packageMeasures, packages),
  )
  await writeFile(
    join(charts, 'scale-versions.svg'),
    chart('Versions of one package', versionMeasures, versions),
  )
  const conditions = [
    ['date', new Date().toISOString().slice(0, 10)],
    [
      'machine',
      `${cpus().length} cores (${cpus()[0].model}), ${Math.round(totalmem() / 2 ** 30)} GiB of memory`,
    ],
    ['Node', process.versions.node],
  ]
  await writeFile(join(root, 'docs/scale.md'), scalePage({ packages, versions, conditions }))
}

function chart(title, measures, measured) {
  const lines = measures
    .filter(({ drawn }) => drawn)
    .map(({ key, name }) => ({ name, values: [...measured.values()].map((found) => found[key]) }))
  return lineChart(title, [...measured.keys()], lines)
}
