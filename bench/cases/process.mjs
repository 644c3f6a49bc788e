import { setTimeout } from 'node:timers/promises'
import { peakMemory, resetPeakMemory, residentMemory } from '../proc.mjs'
import { publish } from '../servers/publishing.mjs'

const MB = 1e6
/** Milliseconds after the first answer, when what a start leaves behind is done. */
const SETTLED = 1000
const servers = ['nmr', 'Verdaccio', 'node:http']

/** What a server's process takes of the machine. Each starts it anew, over what was published to it. */
export const processCases = [
  {
    id: 'start',
    title: 'start to first answer',
    explains: 'from the start of the process to its first answer; and what it holds a second later',
    unit: 'ms',
    better: 'less',
    chart: 'Start and memory',
    servers,
    restarts: true,
    targets: [{ atMost: 500 }, { metric: 'memory', atMost: 85 }],
    async measure({ server }) {
      await restart(server)
      await setTimeout(SETTLED)
      return { value: server.process.startedIn, memory: residentMemory(server.process.pid) }
    },
  },
  {
    ...memory('memory-200mb', 48, ({ files }) => [files.one]),
    title: 'memory added by a publish of 200 MB',
    explains: 'peak of the process over what it held before',
  },
  {
    ...memory('memory-8x50mb', 64, ({ files }) => files.eight),
    title: 'memory added by 8 publishes of 50 MB at once',
    explains: 'peak of the process over what it held before',
  },
]

/** The bodies that are published for these cases, in files. */
export async function largePublications(folder, fixtures) {
  const eight = []
  for (let n = 0; n < 8; n++) {
    eight.push(await fixtures.publicationFile(folder, `@acme/large-tarball-${n}`, '1.0.0', 50 * MB))
  }
  return { one: await fixtures.publicationFile(folder, '@acme/larger-tarball', '1.0.0', 200 * MB), eight }
}

function memory(id, atMost, publicationsOf) {
  return {
    id,
    unit: 'MB',
    better: 'less',
    chart: 'Start and memory',
    servers,
    targets: [{ atMost }],
    restarts: true,
    once: true,
    async measure(context) {
      const { server } = context
      await restart(server)
      await setTimeout(SETTLED)
      const before = residentMemory(server.process.pid)
      resetPeakMemory(server.process.pid)
      await Promise.all(publicationsOf(context).map((publication) => publish(server, publication)))
      return { value: peakMemory(server.process.pid) - before }
    },
  }
}

async function restart(server) {
  await server.process.stop()
  server.process = await server.start()
}
