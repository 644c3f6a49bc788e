import { execFile, spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { installedPackages } from './cache-folder.mjs'

/** Where a request for an answer that never comes ends. */
const TIMEOUT_S = 10
const script = fileURLToPath(new URL('wrk.lua', import.meta.url))

/**
 * Finds what makes the load: wrk, installed from Debian where that may be done, else autocannon from npm.
 *
 * @returns `name`, and `run({ url, headers, connections, seconds })`, which resolves to the requests and bytes that
 *   were answered, the `seconds` it took, and `p50` and `p99` in milliseconds
 */
export async function findLoadGenerator() {
  if (!hasWrk() && process.getuid?.() === 0)
    spawnSync('apt-get', ['install', '--yes', 'wrk'], { stdio: 'ignore' })
  return hasWrk() ? { name: 'wrk', run: runWrk } : { name: 'autocannon', run: await prepareAutocannon() }
}

function hasWrk() {
  return spawnSync('wrk', ['--version']).error === undefined
}

async function runWrk({ url, headers, connections, seconds }) {
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const longest = `${Math.ceil(seconds) + TIMEOUT_S}s`
  const args = [
    '-t1',
    `-c${connections}`,
    `-d${longest}`,
    `--timeout=${TIMEOUT_S}s`,
    '-s',
    script,
    ...given,
    url,
  ]
  const child = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  // It counts in whole seconds, but ends in good order when it is interrupted.
  const enough = setTimeout(() => child.kill('SIGINT'), seconds * 1000)
  let output = ''
  for await (const chunk of child.stdout) output += chunk
  clearTimeout(enough)
  const { requests, bytes, microseconds, p50, p99, failed } = JSON.parse(output.trim().split('\n').at(-1))
  if (failed > 0) throw new Error(`${url}: ${failed} requests failed`)
  return { requests, bytes, seconds: microseconds / 1e6, p50: p50 / 1000, p99: p99 / 1000 }
}

async function prepareAutocannon() {
  const folder = await installedPackages('autocannon', { dependencies: { autocannon: '^8.0.0' } })
  const program = join(folder, 'node_modules/autocannon/autocannon.js')
  return async ({ url, headers, connections, seconds }) => {
    const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}=${value}`])
    const duration = String(Math.max(1, Math.round(seconds)))
    const args = [
      program,
      '-j',
      '-c',
      String(connections),
      '-d',
      duration,
      '-t',
      String(TIMEOUT_S),
      ...given,
      url,
    ]
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 24 })
    const { requests, throughput, latency, errors, timeouts, ...statuses } = JSON.parse(stdout)
    const failed = errors + timeouts + statuses['4xx'] + statuses['5xx']
    if (failed > 0) throw new Error(`${url}: ${failed} requests failed`)
    const { p50, p99 } = latency
    return { requests: requests.total, bytes: throughput.total, seconds: statuses.duration, p50, p99 }
  }
}
