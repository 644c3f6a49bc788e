import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expectStatus } from '../http-client.mjs'
import { accepts } from '../prepared.mjs'
import { residentMemory } from '../proc.mjs'
import { configuration, startNmr } from '../servers/nmr.mjs'
import { freePort } from '../servers/process.mjs'
import { packagePath, publish } from '../servers/publishing.mjs'
import { median } from '../statistics.mjs'
import { createRandom, createWords } from '../words.mjs'
import { fillWithPackages, fillWithVersions } from './fill.mjs'

const MB = 1e6
const STARTS = 3
const TIMES = 50
const WARM_UPS = 40
/** Milliseconds after the first answer, when what a start leaves behind is done. */
const SETTLED = 1000
const gzip = { accept: accepts.full, 'accept-encoding': 'gzip' }

/** What a registry with so many packages does: milliseconds at the median, and megabytes. */
export async function measurePackages(folder, fixtures, packages) {
  const names = await fillWithPackages(await databaseIn(folder), packages)
  const start = await measureStarts(folder)
  return watched(folder, async (server) => {
    const idle = await settledMemory(server)
    await warmUp(server, fixtures)
    const word = createWords(createRandom(2))
    const search = () => ask(server, `/-/v1/search?text=${word()}`)
    const far = names.filter((_, n) => n % Math.ceil(packages / TIMES) === 0)
    const cold = await medianOf(far, (name) => ask(server, packagePath(name)))
    const hot = await medianOf(far, (name) => ask(server, packagePath(name)))
    const published = far.map((_, n) => fixtures.publication(`@acme/fresh-${n}`, '1.0.0'))
    const publishing = await medianOf(published, (publication) => publish(server, publication))
    const tagging = await medianOf(far, (name) => tag(server, name, '1.0.0'))
    let first
    const longestTurn = await server.longestTurn(async () => {
      first = await search()
    })
    const searching = await medianOf(far, search)
    const memory = residentMemory(server.pid)
    const disk = await megabytesUnder(join(folder, 'data/db'))
    return { start, idle, publishing, hot, cold, tagging, first, longestTurn, searching, memory, disk }
  })
}

/** The same for one package of so many versions. */
export async function measureVersions(folder, fixtures, versions) {
  const name = '@acme/grown'
  await fillWithVersions(await databaseIn(folder), name, versions)
  return watched(folder, async (server) => {
    await warmUp(server, fixtures)
    const path = packagePath(name)
    await ask(server, path)
    const some = Array.from({ length: 11 }, (_, n) => n)
    const [publishes, colds, turns] = [[], [], []]
    for (const n of some) {
      const publication = fixtures.publication(name, `2.0.${n}`)
      const turn = await server.longestTurn(async () => {
        publishes.push(await publish(server, publication))
        colds.push(await ask(server, path))
      })
      turns.push(turn)
    }
    const { body, headers } = await expectStatus(200, new URL(path, server.url), { headers: gzip })
    const same = { ...gzip, 'if-none-match': headers.etag }
    const hot = await medianOf(some, () => ask(server, path))
    const unchanged = await medianOf(some, () => ask(server, path, same, 304))
    const tagging = await medianOf(some, () => tag(server, name, '1.0.0'))
    const one = await medianOf(some, (n) => ask(server, `${path}/1.0.${n % versions}`))
    const memory = residentMemory(server.pid)
    return {
      publishing: median(publishes),
      cold: median(colds),
      longestTurn: median(turns),
      hot,
      unchanged,
      tagging,
      one,
      size: body.length / MB,
      memory,
    }
  })
}

async function databaseIn(folder) {
  await mkdir(join(folder, 'data'), { recursive: true })
  return join(folder, 'data/db')
}

async function measureStarts(folder) {
  // LevelDB goes on with what the filling left to it.
  await running(folder, settledMemory)
  const times = []
  for (let n = 0; n < STARTS; n++) times.push(await running(folder, async ({ startedIn }) => startedIn))
  return median(times)
}

/** Does something with a server over what is in the folder, then ends it. */
async function running(folder, work, options) {
  const port = await freePort()
  const config = join(folder, 'config.json')
  await writeFile(config, JSON.stringify(configuration(port)))
  const url = `http://127.0.0.1:${port}/`
  const server = { url, headers: {}, ...(await startNmr({ folder, config, url, ...options })) }
  try {
    return await work(server)
  } finally {
    await server.stop()
  }
}

/** The same with a server that can be asked for its longest turn. */
function watched(folder, work) {
  return running(folder, work, { watched: true })
}

async function settledMemory(server) {
  await setTimeout(SETTLED)
  return residentMemory(server.pid)
}

/** The same for each size: code that runs the first time is slower than anything that is measured. */
async function warmUp(server, fixtures) {
  const name = '@acme/warming-up'
  for (let n = 0; n < WARM_UPS; n++) {
    const version = `1.0.${n}`
    await publish(server, fixtures.publication(name, version))
    await tag(server, name, version)
    for (const path of [packagePath(name), packagePath(name), `${packagePath(name)}/${version}`]) {
      await ask(server, path)
    }
  }
}

async function ask(server, path, headers = gzip, expected = 200) {
  return (await expectStatus(expected, new URL(path, server.url), { headers })).ms
}

async function tag(server, name, version) {
  const url = new URL(`/-/package/${name.replace('/', '%2f')}/dist-tags/beta`, server.url)
  const headers = { 'content-type': 'application/json' }
  return (await expectStatus(200, url, { method: 'PUT', headers, body: JSON.stringify(version) })).ms
}

/** One after another. */
async function medianOf(items, timed) {
  const times = []
  for (const item of items) times.push(await timed(item))
  return median(times)
}

async function megabytesUnder(folder) {
  let sum = 0
  for (const file of await readdir(folder)) sum += (await stat(join(folder, file))).size
  return sum / MB
}
