import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from '../scripts/set-up.mjs'
import { expectStatus } from './http-client.mjs'
import { findLoadGenerator } from './load.mjs'
import { configuration, startNmr } from './servers/nmr.mjs'
import { freePort } from './servers/process.mjs'
import { packagePath } from './servers/publishing.mjs'
import { loadTestSupport } from './test-support.mjs'

/*
 * What it costs hot reads that GitHub decides: the same server with auth.type none and github, in turns, with a GitHub
 * beside it that is asked as often as in production. `node bench/github-reads.mjs [--rounds 5] [--seconds 2]`.
 */

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
  },
})
const CONNECTIONS = 50
const KB = 1000
const name = '@acme/small'
const abbreviated = 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*'

const reads = [
  {
    title: 'packument',
    path: packagePath(name),
    headers: { accept: abbreviated, 'accept-encoding': 'gzip' },
  },
  { title: 'packument, 304', path: packagePath(name), headers: { accept: abbreviated }, conditional: true },
  { title: 'version document', path: `${packagePath(name)}/1.0.1` },
  { title: 'dist-tags', path: `/-/package${packagePath(name)}/dist-tags` },
  { title: 'tarball 10 KB', path: `/${name}/-/small-1.0.1.tgz` },
]

await build()
const support = await loadTestSupport('publish-document', 'noise', '../github/start-github', '../github/seed')
const github = await support.startGithub()
support.seed(github)
const folder = await mkdtemp(join(tmpdir(), 'nmr-bench-github-'))
const servers = []
try {
  const generator = await findLoadGenerator()
  servers.push(await start('none'), await start('github', { api_url: github.apiUrl }))
  for (const read of reads) await compare(generator, read)
  console.log(`GitHub was asked ${github.calls.length} questions`)
} finally {
  for (const { stop } of servers) await stop()
  await github.close()
  await support.close()
  await rm(folder, { recursive: true })
}

/** A server with three versions of a package, published as its writer. */
async function start(type, settings) {
  const own = join(folder, type)
  await mkdir(own)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/`
  const config = join(own, 'config.json')
  const auth = { type, ...(settings && { [type]: settings }) }
  await writeFile(config, JSON.stringify({ ...configuration(port), auth }))
  const { stop } = await startNmr({ folder: own, config, url })
  for (const version of ['1.0.0', '1.0.1', '1.0.2']) {
    const files = { 'noise.bin': support.noise(version, 10 * KB) }
    const extra = { repository: 'acme/tools' }
    await expectStatus(201, new URL(packagePath(name), url), {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: 'Bearer ghp_wendy' },
      body: JSON.stringify(support.publishDocument({ name, version, files, extra })),
    })
  }
  return { type, url, stop }
}

/** Each round has both servers in turn, so that what else the machine does meets them alike; the median of the ratios counts. */
async function compare({ run }, { title, path, headers = {}, conditional = false }) {
  const ratios = []
  const rates = { none: [], github: [] }
  for (let round = 0; round < Number(values.rounds); round++) {
    const inTurn = round % 2 === 0 ? servers : servers.toReversed()
    const rate = {}
    for (const { type, url } of inTurn) {
      const all = { authorization: 'Bearer ghp_rita', ...headers }
      const target = new URL(path, url)
      const { headers: got } = await expectStatus(200, target, { headers: all })
      if (conditional) all['if-none-match'] = got.etag
      const load = { url: target.href, headers: all, connections: CONNECTIONS }
      await run({ ...load, seconds: 0.3 })
      const { requests, seconds } = await run({ ...load, seconds: Number(values.seconds) })
      rate[type] = requests / seconds
      rates[type].push(rate[type])
    }
    ratios.push(rate.github / rate.none)
  }
  const [none, decided] = [median(rates.none), median(rates.github)].map(Math.round)
  console.log(`${title}: ${decided}/s of ${none}/s with none, ${median(ratios).toFixed(3)} of it`)
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]
}
