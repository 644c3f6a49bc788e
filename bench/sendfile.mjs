import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from '../scripts/set-up.mjs'
import { expectStatus } from './http-client.mjs'
import { findLoadGenerator } from './load.mjs'
import { cpuTime } from './proc.mjs'
import { configuration, startNmr } from './servers/nmr.mjs'
import { freePort, startProcess } from './servers/process.mjs'
import { packagePath } from './servers/publishing.mjs'
import { median } from './statistics.mjs'
import { loadTestSupport } from './test-support.mjs'

/*
 * What it gains that nginx sends the files of tarballs: the registry behind nginx as docs/reverse-proxy.md has it,
 * without and with storage.local.sendfile, in turns. `node bench/sendfile.mjs [--rounds 5] [--seconds 2]`.
 */

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
  },
})
const MB = 1_000_000
const tarballs = [
  { title: '10 KB', size: 10_000, connections: 50 },
  { title: '1 MB', size: MB, connections: 16 },
  { title: '50 MB', size: 50 * MB, connections: 8 },
]
const nameOf = ({ size }) => `@acme/of-${size}`

await build()
const support = await loadTestSupport('publish-document', 'noise', '../proxies/examples')
const folder = await mkdtemp(join(tmpdir(), 'nmr-bench-sendfile-'))
const sites = []
try {
  await chmod(folder, 0o755)
  const generator = await findLoadGenerator()
  sites.push(await start('off'), await start('x-accel-redirect'))
  for (const tarball of tarballs) await compare(generator, tarball)
} finally {
  for (const { stop } of sites) await stop()
  await support.close()
  await rm(folder, { recursive: true })
}

/** A registry with all tarballs, and nginx in front of it. */
async function start(sendfile) {
  const own = join(folder, sendfile)
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

  const text = nginxConfiguration(
    own,
    publicPort,
    example(direct) + (sendfile === 'off' ? '' : files(storage)),
  )
  await writeFile(join(own, 'nginx.conf'), text)
  const args = ['-p', own, '-c', join(own, 'nginx.conf'), '-e', join(own, 'nginx.log')]
  const nginx = await startProcess({ folder: own, command: 'nginx', args, url: new URL('_npm/', url) })
  return {
    sendfile,
    url,
    pids: { nmr: registry.pid, nginx: nginx.pid },
    async stop() {
      await nginx.stop()
      await registry.stop()
    },
  }
}

function example(registry) {
  const { configuration } = support.examples.find(({ proxy }) => proxy === 'nginx')
  return configuration(new URL(registry))
}

function files(storage) {
  return support.sendfileExamples.find(({ proxy }) => proxy === 'nginx').configuration(storage)
}

/** As Debian has it, with one worker. */
function nginxConfiguration(own, port, locations) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `
daemon off;
worker_processes 1;
pid ${own}/nginx.pid;
error_log ${own}/nginx.log;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 768; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
${temporary.map((each) => `  ${each}_temp_path ${own}/${each};`).join('\n')}
  server {
    listen 127.0.0.1:${port};
    location = /-/ping { return 200; }
    ${locations}
  }
}
`
}

async function publish(url, tarball) {
  const name = nameOf(tarball)
  const files = { 'noise.bin': support.noise(name, tarball.size) }
  await expectStatus(201, new URL(packagePath(name).slice(1), url), {
    method: 'PUT',
    headers: { 'content-type': 'application/json', authorization: 'Bearer anything' },
    body: JSON.stringify(support.publishDocument({ name, version: '1.0.0', files })),
  })
}

/** Each round has both in turn, so that what else the machine does meets them alike; the median of the ratios counts. */
async function compare({ run }, tarball) {
  const ratios = []
  const measured = new Map(sites.map(({ sendfile }) => [sendfile, []]))
  for (let round = 0; round < Number(values.rounds); round++) {
    const inTurn = round % 2 === 0 ? sites : sites.toReversed()
    const rate = {}
    for (const { sendfile, url, pids } of inTurn) {
      const name = nameOf(tarball)
      const target = new URL(`${name}/-/${name.split('/')[1]}-1.0.0.tgz`, url).href
      const load = {
        url: target,
        headers: { authorization: 'Bearer anything' },
        connections: tarball.connections,
      }
      await run({ ...load, seconds: 0.3 })
      const before = { nmr: cpuTime(pids.nmr), nginx: cpuTime(pids.nginx) }
      const { requests, seconds, p50, p99 } = await run({ ...load, seconds: Number(values.seconds) })
      const [nmr, nginx] = ['nmr', 'nginx'].map((each) => (cpuTime(pids[each]) - before[each]) / requests)
      rate[sendfile] = requests / seconds
      measured.get(sendfile).push({ rate: requests / seconds, nmr, nginx, p50, p99 })
    }
    ratios.push(rate['x-accel-redirect'] / rate.off)
  }
  for (const [sendfile, rounds] of measured) {
    const of = (member) => median(rounds.map((round) => round[member]))
    const cpu = `${of('nmr').toFixed(0)} us of nmr and ${of('nginx').toFixed(0)} us of nginx for each`
    const times = `p50 ${of('p50').toFixed(1)} ms, p99 ${of('p99').toFixed(1)} ms`
    const megabytes = ((of('rate') * tarball.size) / MB).toFixed(0)
    console.log(
      `${tarball.title}, ${sendfile}: ${of('rate').toFixed(0)}/s, ${megabytes} MB/s, ${cpu}; ${times}`,
    )
  }
  console.log(`${tarball.title}: ${median(ratios).toFixed(2)} times as many with nginx sending them`)
}
