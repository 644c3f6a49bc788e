import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from '../scripts/set-up.mjs'
import { expectStatus } from './http-client.mjs'
import { findLoadGenerator } from './load.mjs'
import { cpuTime } from './proc.mjs'
import { configuration, startNmr } from './servers/nmr.mjs'
import { freePort } from './servers/process.mjs'
import { packagePath } from './servers/publishing.mjs'
import { startNginx } from './servers/start-nginx.mjs'
import { median } from './statistics.mjs'
import { loadTestSupport } from './test-support.mjs'

/*
 * What the parts of docs/reverse-proxy.md gain, with nginx: that it keeps connections to the registry, and that it sends
 * the files of tarballs. Each is compared with and without, in turns.
 * `node bench/reverse-proxy.mjs [connections] [sendfile] [--rounds 5] [--seconds 2]`.
 */

const { values, positionals } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
  },
  allowPositionals: true,
})
const MB = 1_000_000
const tarballs = [
  { title: 'tarball of 10 KB', size: 10_000, connections: 50 },
  { title: 'tarball of 1 MB', size: MB, connections: 16 },
  { title: 'tarball of 50 MB', size: 50 * MB, connections: 8 },
].map((tarball) => ({ ...tarball, name: `@acme/of-${tarball.size}`, path: `-/of-${tarball.size}-1.0.0.tgz` }))
const [small] = tarballs
const packument = { title: 'packument of one version', name: small.name, path: '', connections: 50 }

const asDocumented = { name: 'as documented', keepalive: true, sendfile: 'off' }
const newConnections = { ...asDocumented, name: 'new connections', keepalive: false }
const sentByNginx = { ...asDocumented, name: 'sent by nginx', sendfile: 'x-accel-redirect' }
const comparisons = {
  connections: { without: newConnections, with: asDocumented, subjects: [packument, small] },
  sendfile: { without: asDocumented, with: sentByNginx, subjects: tarballs },
}
const chosen =
  positionals.length === 0 ? Object.values(comparisons) : positionals.map((of) => comparisons[of])

await build()
const support = await loadTestSupport('publish-document', 'noise', '../proxies/examples')
const folder = await mkdtemp(join(tmpdir(), 'nmr-bench-reverse-proxy-'))
const sites = new Map()
try {
  await chmod(folder, 0o755)
  const generator = await findLoadGenerator()
  for (const comparison of chosen) {
    for (const site of [comparison.without, comparison.with])
      if (!sites.has(site)) sites.set(site, await start(site))
    for (const subject of comparison.subjects) await compare(generator, subject, comparison)
  }
} finally {
  for (const { stop } of sites.values()) await stop()
  await support.close()
  await rm(folder, { recursive: true })
}

/** A registry with all tarballs, and nginx in front of it. */
async function start({ name, keepalive, sendfile }) {
  const own = join(folder, name.replaceAll(' ', '-'))
  await mkdir(own)
  const [port, publicPort] = [await freePort(), await freePort()]
  const [direct, url] = [port, publicPort].map((each) => `http://127.0.0.1:${each}/_npm/`)
  const { server, ...others } = configuration(port)
  const storage = join(own, 'storage')
  const config = {
    ...others,
    server: { ...server, public_url: url, trust_proxy: ['127.0.0.1'] },
    storage: { local: { path: storage, sendfile } },
  }
  await writeFile(join(own, 'config.json'), JSON.stringify(config))
  const registry = await startNmr({ folder: own, config: join(own, 'config.json'), url: direct })
  for (const tarball of tarballs) await publish(direct, tarball)

  const { beside, within } = example(direct, keepalive)
  const locations = within + (sendfile === 'off' ? '' : files(storage))
  const http = inFront(publicPort, beside, locations)
  const nginx = await startNginx({ folder: own, url: new URL('_npm/', url), http })
  return {
    url,
    pids: { nmr: registry.pid, nginx: nginx.pid },
    async stop() {
      await nginx.stop()
      await registry.stop()
    },
  }
}

function example(registry, keepalive) {
  const { configuration } = support.examples.find(({ proxy }) => proxy === 'nginx')
  const { beside, within } = configuration(new URL(registry))
  if (keepalive) return { beside, within }
  return {
    beside: without(beside, /keepalive \d+;/),
    within: without(within, /proxy_set_header Connection "";/),
  }
}

function without(text, line) {
  if (!line.test(text)) throw new Error(`the example has no ${line}:\n${text}`)
  return text.replace(line, '')
}

function files(storage) {
  return support.sendfileExamples.find(({ proxy }) => proxy === 'nginx').configuration(storage)
}

function inFront(port, beside, locations) {
  return `
  ${beside}
  server {
    listen 127.0.0.1:${port};
    location = /-/ping { return 200; }
    ${locations}
  }`
}

async function publish(url, { name, size }) {
  const files = { 'noise.bin': support.noise(name, size) }
  await expectStatus(201, new URL(packagePath(name).slice(1), url), {
    method: 'PUT',
    headers: { 'content-type': 'application/json', authorization: 'Bearer anything' },
    body: JSON.stringify(support.publishDocument({ name, version: '1.0.0', files })),
  })
}

/** Each round has both in turn, so that what else the machine does meets them alike; the median of the ratios counts. */
async function compare({ run }, { title, name, path, connections }, comparison) {
  const both = [comparison.without, comparison.with]
  const measured = new Map(both.map((site) => [site, []]))
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const site of round % 2 === 0 ? both : both.toReversed()) {
      const { url, pids } = sites.get(site)
      const load = {
        url: url + (path === '' ? packagePath(name).slice(1) : `${name}/${path}`),
        headers: { authorization: 'Bearer anything', 'accept-encoding': 'gzip' },
        connections,
      }
      await run({ ...load, seconds: 0.3 })
      const before = { nmr: cpuTime(pids.nmr), nginx: cpuTime(pids.nginx) }
      const { requests, bytes, seconds, p50, p99 } = await run({ ...load, seconds: Number(values.seconds) })
      const [nmr, nginx] = ['nmr', 'nginx'].map((each) => (cpuTime(pids[each]) - before[each]) / requests)
      measured.get(site).push({ rate: requests / seconds, bytes: bytes / seconds, nmr, nginx, p50, p99 })
    }
  }
  for (const [site, rounds] of measured) {
    const of = (member) => median(rounds.map((round) => round[member]))
    const cpu = `${of('nmr').toFixed(0)} us of nmr and ${of('nginx').toFixed(0)} us of nginx for each`
    const times = `p50 ${of('p50').toFixed(1)} ms, p99 ${of('p99').toFixed(1)} ms`
    const megabytes = (of('bytes') / MB).toFixed(0)
    console.log(`${title}, ${site.name}: ${of('rate').toFixed(0)}/s, ${megabytes} MB/s, ${cpu}; ${times}`)
  }
  const [slow, fast] = both.map((site) => measured.get(site))
  const ratios = fast.map(({ rate }, round) => rate / slow[round].rate)
  console.log(`${title}: ${median(ratios).toFixed(2)} times as many ${comparison.with.name}`)
}
