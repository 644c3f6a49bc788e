import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from '../scripts/set-up.mjs'
import { createRandom, createWords } from './words.mjs'

/*
 * How long searches take over many packages in LevelDB, how long the event loop stands still while the index is
 * made, and what searching does to publishing. `npm run bench:search [-- --packages 20000]`; the packages are the
 * same in every run.
 */

await build()
const { createRegistry, parsePackageName, receivedTarball } = await import('@nmr/core')
const { createMemoryTarballStore, sampleHead, sampleVersion } = await import('@nmr/core/testing')
const { createOpenAuthorizer } = await import('@nmr/auth-none')
const { openLevelMetadataStore } = await import('@nmr/metadata-level')

const { values } = parseArgs({ options: { packages: { type: 'string', default: '20000' } } })
const PACKAGES = Number(values.packages)
const QUERIES = 2000
const PUBLISHES = 1000

const random = createRandom(1)
const word = createWords(random)

const location = await mkdtemp(join(tmpdir(), 'nmr-bench-search-'))
const metadata = await openLevelMetadataStore({ location })
const authorizer = createOpenAuthorizer()
const ports = {
  metadata,
  authorizer,
  tarballs: createMemoryTarballStore(),
  clock: () => new Date(),
  makeId: () => randomBytes(6).toString('hex'),
}
const registry = createRegistry(ports, { hostedScopes: ['@acme'] })
/** Of the same packages, and nobody searches in it. */
const unsearched = createRegistry(ports, { hostedScopes: ['@acme'] })
const caller = await registry.authenticate(undefined)

try {
  await fill()
  await firstSearch()
  await searching()
  await publishing()
} finally {
  await registry.close()
  await rm(location, { recursive: true })
}

async function fill() {
  for (let from = 0; from < PACKAGES; from += 500) {
    const numbers = Array.from({ length: Math.min(500, PACKAGES - from) }, (_, n) => from + n)
    await Promise.all(
      numbers.map((n) => {
        const name = parsePackageName(`@acme/${word()}-${word()}-${n}`)
        const manifest = JSON.stringify({
          name,
          version: '1.0.0',
          description: `a library for ${Array.from({ length: 10 }, word).join(' ')}`,
          keywords: [word(), word(), word(), 'acme'],
          author: `${word()} ${word()} <${word()}@example.com>`,
          dependencies: Object.fromEntries(Array.from({ length: 10 }, () => [`@acme/${word()}`, '^1.0.0'])),
        })
        const put = [sampleVersion(name, '1.0.0', { manifest })]
        return metadata.commit({ name, expected: 'absent', head: sampleHead(), put })
      }),
    )
  }
  console.log(`${PACKAGES} packages in LevelDB`)
}

async function firstSearch() {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const started = performance.now()
  await registry.search(caller, { text: word() })
  const took = performance.now() - started
  delay.disable()
  const [p99, max] = [delay.percentile(99), delay.max].map((ns) => (ns / 1e6).toFixed(1))
  console.log(
    `first search, which makes the index: ${took.toFixed(0)} ms; event loop p99 ${p99} ms, max ${max} ms`,
  )
}

async function searching() {
  const kinds = {
    'a word': () => word(),
    'two words': () => `${word()} ${word()}`,
    'the beginning of a word': () => word().slice(0, 2 + random(3)),
    'a letter wrong': () => `${word()}q`,
    'a name': () => `@acme/${word()}-${word()}-${random(PACKAGES)}`,
    'keywords:a,b': () => `keywords:${word()},${word()}`,
    'a word that all packages have': () => 'library',
    'their scope, with a word': () => `@acme ${word()}`,
    'their scope': () => '@acme',
    'nothing, for all packages': () => '',
  }
  const all = []
  for (const [kind, text] of Object.entries(kinds)) {
    const times = []
    for (let i = 0; i < QUERIES / 10; i++)
      times.push(await timed(() => registry.search(caller, { text: text() })))
    print(`search for ${kind}`, times)
    all.push(...times)
  }
  print('search, all of these', all)
}

/** In turns, so that whatever else the machine does meets them all. */
async function publishing() {
  const times = { unsearched: [], searched: [], busy: [] }
  for (let round = 0; round < PUBLISHES / 25; round++) {
    times.unsearched.push(...(await publish25(unsearched, `unsearched-${round}`)))
    times.searched.push(...(await publish25(registry, `searched-${round}`)))
    times.busy.push(...(await whileSearching(() => publish25(registry, `busy-${round}`))))
  }
  print('publish, where nobody has searched', times.unsearched)
  print('publish, with an index that keeps up', times.searched, times.unsearched)
  print('publish, with 20 searches a second', times.busy, times.unsearched)
}

async function publish25(into, label) {
  const times = []
  for (let i = 0; i < 25; i++) {
    const submission = submissionOf(`@acme/bench-${label}-${i}`)
    times.push(await timed(() => into.publish(caller, submission)))
  }
  return times
}

async function whileSearching(work) {
  const done = new AbortController()
  const searches = (async () => {
    while (!done.signal.aborted) {
      await registry.search(caller, { text: word() })
      await setTimeout(50)
    }
  })()
  const result = await work()
  done.abort()
  await searches
  return result
}

function submissionOf(name) {
  const manifest = {
    name,
    version: '1.0.0',
    description: `${word()} ${word()} ${word()}`,
    keywords: [word()],
  }
  const tarball = receivedTarball(gzipSync(tarOf(JSON.stringify(manifest))))
  const { integrity, shasum } = tarball
  return {
    name: parsePackageName(name),
    document: {
      name,
      'dist-tags': { latest: '1.0.0' },
      versions: { '1.0.0': { ...manifest, dist: { integrity, shasum } } },
    },
    tarball,
    attachment: { key: `${name}-1.0.0.tgz`, length: tarball.size },
  }
}

/** An archive of one file, package/package.json. */
function tarOf(text) {
  const header = Buffer.alloc(512)
  header.write('package/package.json', 0)
  header.write('0000644\0', 100)
  header.write(`${Buffer.byteLength(text).toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('        0', 148)
  header.write('ustar\u000000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  const body = Buffer.from(text)
  return Buffer.concat([header, body, Buffer.alloc(512 - (body.length % 512) + 1024)])
}

async function timed(work) {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** @param others to compare the median with */
function print(label, times, others) {
  const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)]
  const ratio = others === undefined ? '' : `, mean ${(mean(times) / mean(others)).toFixed(2)} × the first`
  console.log(`${label}: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms${ratio}`)
}

function mean(times) {
  return times.reduce((sum, time) => sum + time, 0) / times.length
}

function percentile(times, share) {
  const sorted = [...times].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}
