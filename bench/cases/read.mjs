import { expectStatus, send } from '../http-client.mjs'
import { accepts } from '../prepared.mjs'
import { cpuTime } from '../proc.mjs'

const MB = 1e6
/** Requests before those that count, so that every server runs compiled code. */
const WARM_UP_MS = 200
/** Fewer answers than these say little: then they are counted for longer. */
const ENOUGH = 5
const PATIENT_S = 2

const small = '/@acme%2fsmall'
const large = '/@acme%2flarge'
/** Small ones over 50 connections; a large one fills the machine with fewer. */
const packument = { view: 'full', connections: 50 }
const largePackument = { ...packument, path: large, connections: 10 }
const abbreviated = { ...largePackument, view: 'abbreviated' }

const reads = [
  read('packument-small', 'packument, 3 versions, gzip', { ...packument, path: small }, 1, 25),
  read(
    'packument-small-304',
    'packument, 3 versions, 304',
    { ...packument, path: small, conditional: true },
    0.9,
    25,
  ),
  read('packument-large', 'packument, 500 versions, full, gzip', largePackument, 0.9, 600),
  read(
    'packument-large-304',
    'packument, 500 versions, full, 304',
    { ...largePackument, conditional: true },
    0.9,
    600,
  ),
  read('packument-abbreviated', 'packument, 500 versions, abbreviated, gzip', abbreviated, 0.9, 600),
  read(
    'packument-abbreviated-304',
    'packument, 500 versions, abbreviated, 304',
    { ...abbreviated, conditional: true },
    0.9,
    600,
  ),
  read(
    'dist-tags',
    'dist-tags of 500 versions',
    { ...packument, path: '/-/package/@acme%2flarge/dist-tags' },
    1,
  ),
  read('version', 'version document, of 500', { ...packument, path: `${large}/1.0.250` }, 1),
  tarball('10kb', 'tarball 10 KB', 4),
  tarball('1mb', 'tarball 1 MB', 2),
  { ...tarball('50mb', 'tarball 50 MB', 1), unit: 'MB/s' },
]

/**
 * What installs ask for: requests a second, and MB a second of large tarballs. `path`, and `view` or `tarball`, say what
 * must be prepared for the servers that only send bytes.
 */
export const readCases = reads.map((each) => ({
  unit: 'requests/s',
  better: 'more',
  chart: each.tarball ? 'Tarballs' : 'Documents',
  ...each,
  packages: /@acme\/[\w-]+/.exec(decodeURIComponent(each.path)),
  measure: ({ server, load, settings }) => measure(each, server, load, settings),
}))

function read(id, title, request, ofFloor, ofVerdaccio) {
  const targets = [{ against: 'node:http', atLeast: ofFloor }]
  if (ofVerdaccio !== undefined) targets.push({ against: 'Verdaccio', atLeast: ofVerdaccio })
  const what = request.conditional
    ? 'the client has it already and sends If-None-Match'
    : `GET of ${decodeURIComponent(request.path)}, warm`
  return { id, title, explains: `${what}; ${request.connections} connections`, targets, ...request }
}

function tarball(size, title, ofFloor) {
  return {
    id: `tarball-${size}`,
    title,
    explains: 'GET of the tarball; 10 connections',
    path: `/@acme/tarball-${size}/-/tarball-${size}-1.0.0.tgz`,
    tarball: true,
    connections: 10,
    targets: [{ against: 'node:http', atLeast: ofFloor }],
  }
}

async function measure({ path, view, conditional, connections, unit }, server, load, { seconds }) {
  const url = new URL(path, server.url).href
  const headers = view === undefined ? {} : { accept: accepts[view], 'accept-encoding': 'gzip' }
  const { headers: answered, body } = await expectStatus(200, url, { headers })
  if (view !== undefined && body.length > 1000 && answered['content-encoding'] !== 'gzip') {
    throw new Error(`${server.name} does not compress ${path}`)
  }
  if (conditional) {
    headers['if-none-match'] = answered.etag
    await expectStatus(304, url, { headers })
  }
  await warmUp(url, headers, body.length)

  const request = { url, headers, connections }
  let [answers, cpu] = await underLoad(server, load, { ...request, seconds })
  if (answers.requests < ENOUGH && unit !== 'MB/s') {
    ;[answers, cpu] = await underLoad(server, load, { ...request, seconds: PATIENT_S })
  }
  // Of a large one, what is under way at the end counts for as much as has come.
  const requests = unit === 'MB/s' ? answers.bytes / body.length : answers.requests
  const value = unit === 'MB/s' ? answers.bytes / MB / answers.seconds : requests / answers.seconds
  const { p50, p99 } = answers.requests > 0 ? answers : {}
  return { value, cpu: cpu / requests, p50, p99 }
}

/** @returns what was answered, and the microseconds of processor time that it took the server */
async function underLoad(server, load, request) {
  const before = cpuTime(server.process.pid)
  const answers = await load.run(request)
  return [answers, cpuTime(server.process.pid) - before]
}

/** With few at a time, so that a slow server is done with all of them when the load comes. */
async function warmUp(url, headers, size) {
  const until = performance.now() + WARM_UP_MS
  const ask = async () => {
    while (performance.now() < until) await send(url, { headers })
  }
  await Promise.all(Array.from({ length: size > MB ? 1 : 4 }, ask))
}
