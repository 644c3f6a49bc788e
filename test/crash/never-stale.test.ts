import { expect, test, vi } from 'vitest'
import { publishDocument } from '../support/publish-document.ts'
import { randomFrom } from '../support/random.ts'
import { createRegistryClient } from '../support/registry-client.ts'
import { startServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type Connections, openConnections } from './stale/connections.ts'
import { createModel, type Model } from './stale/model.ts'
import { createReaders, type Held, type Readers } from './stale/readers.ts'
import {
  ABBREVIATED,
  distTags,
  keyOf,
  packument,
  type Representation,
  taggedDocument,
  tarball,
  versionDocument,
} from './stale/representations.ts'
import { createWriter, type Published, type Writer } from './stale/writers.ts'

const seed = Number(process.env.STALE_SEED ?? Date.now() % 2 ** 31)
const PACKAGES = 4
const WRITERS = 2
const READERS = 12
const ROUNDS = 5
/** Requests that somebody who wrote sends at a time to read it back. */
const AT_ONCE = 32
/** Writes that are read back by somebody who does nothing else. */
const TIMES = 200
/** Answers to packuments that are final, as many as there have to be before the next writes: most were given again. */
const SETTLED = 20

interface Package {
  readonly name: string
  readonly model: Model
  readonly published: Published
  readonly writers: readonly Writer[]
  /** Answers with Last-Modified since the last write: they may be given again. */
  settled: number
}

test(`no answer is older than what was acknowledged before it was asked for (STALE_SEED=${seed})`, async () => {
  const random = randomFrom(seed)
  const server = await startServer(await temporaryFolder(), { logger: { level: 'warn' } })
  const readers = createReaders()
  const connections = openConnections(server.url, READERS)
  const packages = Array.from({ length: PACKAGES }, (_, n) => createPackage(server.url, n, random))
  let isOver = false
  const writing = Promise.all(packages.map((each) => writeAll(server.url, each, readers, random)))
  const reading = Array.from({ length: READERS }, async () => {
    const held: Held = new Map()
    while (!isOver) {
      const [each, own] = [pick(random, packages), random() < 0.8 ? held : new Map()]
      await look(each, pick(random, representations(each)), readers, connections, own)
    }
  })
  // A stale answer to a writer makes its writes fail: what the readers found says why.
  const [written] = await Promise.allSettled([writing])
  isOver = true
  const read = await Promise.allSettled(reading)
  connections.close()

  expect(readers.faults).toEqual([])
  for (const result of [written, ...read]) if (result.status === 'rejected') throw result.reason
  const { reads, notModified } = readers.counts
  console.log(`${reads} reads, ${notModified} of them answered with 304`)
  expect(notModified).toBeGreaterThan(reads / 10)
  expect(connections.opened).toBe(READERS)
  expect(await server.stop()).toBe(0)
}, 60_000)

test('a read that comes right behind the acknowledgement of a write shows it', async () => {
  const server = await startServer(await temporaryFolder(), { logger: { level: 'warn' } })
  const [writing, reading] = [openConnections(server.url, 1), openConnections(server.url, 1)]
  const name = '@acme/tagged'
  for (const version of ['1.0.0', '2.0.0'])
    await createRegistryClient(server.url).publish(publishDocument({ name, version }))
  const tags = '/-/package/@acme%2ftagged/dist-tags'
  for (let times = 0; times < TIMES; times++) {
    const version = `${1 + (times % 2)}.0.0`
    // What is remembered from before must not be given again.
    for (let before = 0; before < 2; before++) await reading.get(tags, {})
    expect(await writing.put(`${tags}/moved`, version)).toBe(200)
    const { body } = await reading.get(tags, {})
    expect(JSON.parse(body.toString())).toHaveProperty('moved', version)
  }
  writing.close()
  reading.close()
  expect(await server.stop()).toBe(0)
})

function createPackage(url: URL, number: number, random: () => number): Package {
  const [name, model, published] = [`@acme/written-${number}`, createModel(), new Map()] as const
  const writers = Array.from({ length: WRITERS }, (_, user) =>
    createWriter(url, { name, model, published }, user, random),
  )
  return { name, model, published, writers, settled: 0 }
}

/** In rounds: many writes at once, each read back as soon as it is acknowledged, then none until answers are final. */
async function writeAll(url: URL, each: Package, readers: Readers, random: () => number): Promise<void> {
  const held: Held = new Map()
  // Connections that wait for nothing but this, so that the read comes right behind the acknowledgement.
  const connections = openConnections(url, AT_ONCE)
  const readBack = () =>
    Promise.all(representations(each).map((one) => look(each, one, readers, connections, held)))
  for (let round = 0; round < ROUNDS; round++) {
    const bursts = each.writers.map(async (writer) => {
      for (let left = 1 + Math.floor(random() * 4); left > 0; left--) {
        if (readers.faults.length > 0) return
        await writer.write()
        each.settled = 0
        await readBack()
      }
    })
    await Promise.all(bursts)
    await vi.waitUntil(() => each.settled >= SETTLED || readers.faults.length > 0, {
      timeout: 10_000,
      interval: 5,
    })
  }
  const versions = [...each.published.keys()].map((version) => [keyOf.version(version), 'unpublished'])
  const tags = each.writers.flatMap((writer) => writer.tags).map((tag) => [keyOf.tag(tag), ''])
  const acknowledge = each.model.write(Object.fromEntries([...versions, ...tags]))
  await createRegistryClient(url).unpublishAll(each.name)
  acknowledge()
  for (let times = 0; times < 3; times++) await readBack()
  connections.close()
}

/** All that there is to read of a package, but of its versions only the newest ones. */
function representations({ name, published, writers }: Package): readonly Representation[] {
  const packuments = [{}, { accept: ABBREVIATED }].flatMap((accept) =>
    [{}, { 'accept-encoding': 'gzip' }].map((encoding) => packument(name, { ...accept, ...encoding })),
  )
  const versions = [...published]
    .slice(-6)
    .flatMap(([version, integrity]) => [
      versionDocument(name, version, {}),
      tarball(name, version, integrity),
    ])
  const tagged = writers.map(({ tags }) => taggedDocument(name, tags[1], {}))
  return [...packuments, distTags(name), ...versions, ...tagged]
}

async function look(
  each: Package,
  one: Representation,
  readers: Readers,
  connections: Connections,
  held: Held,
): Promise<void> {
  const { lastModified } = await readers.read(connections, each.model, one, held)
  if (lastModified !== undefined && !one.path.includes('/', 1)) each.settled += 1
}

function pick<Item>(random: () => number, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)] as Item
}
