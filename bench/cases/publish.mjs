import { numbered } from '../fixtures.mjs'
import { expectStatus } from '../http-client.mjs'
import { accepts } from '../prepared.mjs'
import { cpuTime } from '../proc.mjs'
import { packagePath, publish } from '../servers/publishing.mjs'
import { median, percentile } from '../statistics.mjs'

const everybody = ['nmr', 'Verdaccio', 'node:http']
const registries = ['nmr', 'Verdaccio']
const ms = { unit: 'ms', better: 'less', chart: 'Publishing', servers: everybody }
/** The floor's time does not depend on what is there. */
const nearFloor = { against: 'node:http', atMost: 1.5 }

/** What `npm publish` waits for: milliseconds of one publish of 10 KB, and how many there are a second. */
export const publishCases = [
  {
    ...ms,
    id: 'publish-new',
    title: 'publish, new package of 10 KB',
    explains: 'PUT of a package that is not there, one after another',
    targets: [nearFloor],
    measure: (context) => publishOneByOne(context, newNames(context, 'new', 4), ['1.0.0']),
  },
  {
    ...ms,
    id: 'publish-10',
    title: 'publish when 10 versions are there',
    explains: 'PUT of the versions after the tenth',
    targets: [nearFloor],
    async measure(context) {
      const name = `@acme/grown-10-${context.round}`
      for (const version of numbered(10)) await publish(context.server, publicationOf(context, name, version))
      return publishOneByOne(context, [name], nextVersions(context))
    },
  },
  {
    ...ms,
    id: 'publish-500',
    title: 'publish when 500 versions are there',
    explains: 'PUT of the versions after the 500th',
    targets: [nearFloor],
    packages: ['@acme/grown-500'],
    measure: (context) => publishOneByOne(context, ['@acme/grown-500'], nextVersions(context)),
  },
  {
    ...ms,
    id: 'publish-1000',
    title: 'publish when 1,000 versions are there',
    explains: 'PUT of the versions after the 1,000th',
    targets: [nearFloor, { againstCase: 'publish-10', atMost: 1.3 }],
    packages: ['@acme/grown-1000'],
    measure: (context) => publishOneByOne(context, ['@acme/grown-1000'], nextVersions(context)),
  },
  {
    id: 'publish-8-at-once',
    title: 'publishes, 8 at a time',
    explains: 'PUT of new packages of 10 KB by 8 publishers',
    unit: 'publishes/s',
    better: 'more',
    chart: 'Publishing',
    servers: everybody,
    targets: [{ against: 'node:http', atLeast: 0.6 }],
    measure: publishAtOnce,
  },
  {
    id: 'read-after-publish',
    title: 'first read after a publish, 500 versions',
    explains:
      'GET of the full packument, gzip, right after a version was published; and how long the event loop stood still during publish and read',
    unit: 'ms',
    better: 'less',
    chart: 'Publishing',
    servers: registries,
    targets: [{ atMost: 15 }, { metric: 'longestTurn', atMost: 10 }],
    packages: ['@acme/grown-500'],
    measure: readAfterPublish,
  },
]

async function publishOneByOne(context, names, versions) {
  const publications = names.flatMap((name) =>
    versions.map((version) => publicationOf(context, name, version)),
  )
  const before = cpuTime(context.server.process.pid)
  const times = []
  for (const publication of publications) times.push(await publish(context.server, publication))
  const cpu = (cpuTime(context.server.process.pid) - before) / times.length
  return { value: median(times), cpu, p50: median(times), p99: percentile(times, 0.99) }
}

async function publishAtOnce(context) {
  const publications = newNames(context, 'at-once', 16).map((name) => publicationOf(context, name, '1.0.0'))
  const count = publications.length
  const before = cpuTime(context.server.process.pid)
  const started = performance.now()
  const times = []
  const publisher = async () => {
    for (let next = publications.pop(); next !== undefined; next = publications.pop())
      times.push(await publish(context.server, next))
  }
  await Promise.all(Array.from({ length: 8 }, publisher))
  const value = count / ((performance.now() - started) / 1000)
  const cpu = (cpuTime(context.server.process.pid) - before) / count
  return { value, cpu, p50: median(times), p99: percentile(times, 0.99) }
}

async function readAfterPublish(context) {
  const { server } = context
  const headers = { accept: accepts.full, 'accept-encoding': 'gzip' }
  const url = new URL(packagePath('@acme/grown-500'), server.url)
  const [times, turns] = [[], []]
  for (const version of nextVersions(context, '3')) {
    const publication = publicationOf(context, '@acme/grown-500', version)
    const turn = await server.process.longestTurn(async () => {
      await publish(server, publication)
      times.push((await expectStatus(200, url, { headers })).ms)
    })
    turns.push(turn)
  }
  return {
    value: median(times),
    p50: median(times),
    p99: percentile(times, 0.99),
    longestTurn: Math.max(...turns),
  }
}

function publicationOf({ fixtures }, name, version) {
  return fixtures.publication(name, version)
}

function newNames({ round, settings }, label, times) {
  return Array.from({ length: settings.publishes * times }, (_, n) => `@acme/${label}-${round}-${n}`)
}

function nextVersions({ round, settings }, major = '2') {
  return Array.from({ length: settings.publishes }, (_, n) => `${major}.${round}.${n}`)
}
