import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { createViteServer } from 'vitest/node'
import { root } from '../scripts/run.mjs'
import { build } from '../scripts/set-up.mjs'

/*
 * What tarballs in S3 cost the registry, passed on and by redirects, and what S3 costs it when it starts; with the
 * server as it is shipped and a real S3 server beside it, both on loopback. `node bench/s3-redirect.mjs [--seconds 5]`.
 */

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '5' } } })
const SECONDS = Number(values.seconds)
const CONNECTIONS = 16
const STARTS = 5
const MB = 1e6

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
await build()
const { startRadosgw, startServer, publishDocument, createRegistryClient, noise, close } = await loadSupport()
const folder = await mkdtemp(join(tmpdir(), 'nmr-bench-s3-'))
const { port, stop, ...credentials } = await startRadosgw()
const endpoint = `http://127.0.0.1:${port}`
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
try {
  await makeBucket('bench')
  await starting('local')
  await starting('s3')
  // The server keeps tarballs like the first one in memory.
  for (const size of [65_536, 524_288, 8_388_608]) {
    for (const redirect of [false, true]) await downloading(size, redirect)
  }
} finally {
  agent.destroy()
  await stop()
  await rm(folder, { recursive: true })
  await close()
}

/** Milliseconds until the first answer, and memory then. */
async function starting(type) {
  const times = []
  const sizes = []
  for (let count = 0; count < STARTS; count++) {
    const started = performance.now()
    const server = await start(type, {})
    times.push(performance.now() - started)
    sizes.push((await procStatus(server.pid, 'VmRSS')) / MB)
    await server.stop()
  }
  console.log(`start, ${type}: ${median(times).toFixed(0)} ms, ${median(sizes).toFixed(0)} MB resident`)
}

async function downloading(size, redirect) {
  const server = await start('s3', { redirect, public_endpoint: `http://localhost:${port}` })
  try {
    await measure(server, size, redirect)
  } finally {
    await server.stop()
  }
}

async function measure(server, size, redirect) {
  const name = `@acme/of-${size}-${redirect ? 'redirected' : 'streamed'}`
  const registry = createRegistryClient(server.url)
  const files = { 'noise.bin': noise(name, size) }
  const status = await registry.publish(publishDocument({ name, version: '1.0.0', files }))
  if (status !== 201) throw new Error(`the publish was answered ${status}`)
  const { tarball } = (await registry.packument(name)).versions['1.0.0'].dist

  await load(tarball, redirect, 1)
  const before = await cpuTime(server.pid)
  const { requests, registryBytes, bytes, seconds } = await load(tarball, redirect, SECONDS)
  const cpu = (await cpuTime(server.pid)) - before
  console.log(
    [
      `${size / 1024} KB, ${redirect ? 'redirected' : 'streamed'}:`,
      `${(requests / seconds).toFixed(0)} downloads/s, ${(bytes / MB / seconds).toFixed(0)} MB/s to clients,`,
      `${(registryBytes / MB / seconds).toFixed(0)} MB/s of them through the registry,`,
      `which took ${((cpu / requests) * 1000).toFixed(2)} ms of processor time for each;`,
      redirect ? await redirectsAlone(server, tarball) : '',
    ].join(' '),
  )
}

/** The same without what follows a redirect: what the registry can do when the store is elsewhere. */
async function redirectsAlone({ pid }, tarball) {
  const before = await cpuTime(pid)
  const { requests, seconds } = await load(tarball, false, SECONDS, 302)
  const cpu = (await cpuTime(pid)) - before
  return `redirects alone: ${(requests / seconds).toFixed(0)}/s, ${((cpu / requests) * 1000).toFixed(2)} ms each`
}

/** As many downloads as `CONNECTIONS` clients manage one after another. */
async function load(url, follow, seconds, expected = follow ? 302 : 200) {
  const total = { requests: 0, registryBytes: 0, bytes: 0, seconds: 0 }
  const started = performance.now()
  const client = async () => {
    while (performance.now() - started < seconds * 1000) {
      const answer = await fetched(url, expected, { authorization: 'Bearer anything' })
      total.registryBytes += answer.bytes
      total.bytes += answer.bytes
      const followed = follow ? await fetched(answer.location, 200) : undefined
      total.bytes += followed?.bytes ?? 0
      total.requests++
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, client))
  total.seconds = (performance.now() - started) / 1000
  return total
}

function fetched(url, expected, headers = {}) {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers }, (answer) => {
      let bytes = 0
      if (answer.statusCode !== expected) reject(new Error(`${url} was answered ${answer.statusCode}`))
      answer.on('data', (chunk) => (bytes += chunk.length))
      answer.once('end', () => resolve({ bytes, location: answer.headers.location }))
    }).once('error', reject)
  })
}

function start(type, more) {
  const s3 = { ...credentials, endpoint, bucket: 'bench', ...more }
  return startServer(folder, { storage: { type, s3 }, logger: { level: 'warn' } })
}

async function makeBucket(Bucket) {
  // The client writes into what it is given.
  const own = { ...credentials }
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: own })
  await client.send(new CreateBucketCommand({ Bucket }))
  client.destroy()
}

/** Seconds of processor time that a process has had; the kernel counts hundredths. */
async function cpuTime(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
  return (Number(user) + Number(system)) / 100
}

/** Bytes. */
async function procStatus(pid, field) {
  const [, kilobytes] = new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(
    await readFile(`/proc/${pid}/status`, 'utf8'),
  )
  return Number(kilobytes) * 1024
}

function median(numbers) {
  return numbers.sort((a, b) => a - b)[numbers.length >> 1]
}

/** The helpers of the tests are TypeScript, which Node 20 does not run. */
async function loadSupport() {
  const vite = await createViteServer({
    root,
    configFile: false,
    logLevel: 'error',
    server: { middlewareMode: true, ws: false, watch: null },
  })
  const files = ['s3/support/radosgw', 'support/server', 'support/publish-document', 'support/noise']
  const modules = await Promise.all(
    [...files, 'support/registry-client'].map((file) => vite.ssrLoadModule(`/test/${file}.ts`)),
  )
  return Object.assign({}, ...modules, { close: () => vite.close() })
}
