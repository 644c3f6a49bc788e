import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { noise } from '../support/noise.ts'
import { integrityOf, makeTarball, publishDocument } from '../support/publish-document.ts'
import { createRegistryClient, type RegistryClient } from '../support/registry-client.ts'
import { startServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { expectWhole } from './whole.ts'

const ROUNDS = 20
const PUBLISHERS = 6
const names = ['@acme/one', '@acme/two', '@acme/three']
/** Bytes of the tarballs: some publishes are over at once, some are in the middle of their body when the kill comes. */
const sizes = [200, 20_000, 300_000, 1_500_000]

test('after a kill -9 in the middle of publishes, what was acknowledged is there and all that is there is whole', async () => {
  const folder = await temporaryFolder()
  const ledger = createLedger()
  for (let round = 0; round < ROUNDS; round++) {
    const server = await startServer(folder)
    const registry = createRegistryClient(server.url)
    await expectKept(registry, ledger)
    // The kill comes with the answer to one publish, when the others are wherever they have got to.
    const killed = ledger.onceAcknowledged(3 + (round % 5)).then(() => server.kill())
    await Promise.all(
      Array.from({ length: PUBLISHERS }, (_, publisher) =>
        publishUntilKilled(registry, ledger, round, publisher),
      ),
    )
    await killed
  }

  const server = await startServer(folder)
  const registry = createRegistryClient(server.url)
  await expectKept(registry, ledger)
  expect(ledger.cut.length).toBeGreaterThan(ROUNDS)
  for (const { name, version } of ledger.cut) {
    const status = await registry.publish(submission(name, version).document)
    expect([201, 409]).toContain(status)
  }
  for (const name of names) {
    const versions = await expectWhole(registry, name)
    expect(ledger.cut.filter((cut) => cut.name === name && !versions.has(cut.version))).toEqual([])
  }
  expect(await server.stop()).toBe(0)
  expect(await bytesIn(join(folder, 'data/spool'))).toBe(0)
  console.log(
    `${ledger.acknowledged.length} publishes acknowledged, ${ledger.cut.length} cut off in ${ROUNDS} kills`,
  )
})

/** Bytes of all files in a folder. */
async function bytesIn(folder: string): Promise<number> {
  const files = await readdir(folder)
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

interface Publication {
  readonly name: string
  readonly version: string
  readonly integrity: string
}

/** What the publishers know: which of their publishes were answered, and which never were. */
interface Ledger {
  readonly acknowledged: Publication[]
  readonly cut: Publication[]
  acknowledge(publication: Publication): void
  /** Resolves with the acknowledgement that is this many after now. */
  onceAcknowledged(count: number): Promise<void>
}

function createLedger(): Ledger {
  const acknowledged: Publication[] = []
  let target = Number.POSITIVE_INFINITY
  let reached = () => {}
  return {
    acknowledged,
    cut: [],
    acknowledge(publication) {
      acknowledged.push(publication)
      if (acknowledged.length === target) reached()
    },
    onceAcknowledged(count) {
      target = acknowledged.length + count
      return new Promise((resolve) => {
        reached = resolve
      })
    },
  }
}

async function publishUntilKilled(
  registry: RegistryClient,
  ledger: Ledger,
  round: number,
  publisher: number,
): Promise<void> {
  for (let count = 0; ; count++) {
    const name = names[publisher % names.length] ?? ''
    const { document, publication } = submission(name, `${round}.${publisher}.${count}`)
    const status = await registry.publish(document).catch(() => 'cut off' as const)
    if (status === 'cut off') {
      ledger.cut.push(publication)
      return
    }
    expect(status).toBe(201)
    ledger.acknowledge(publication)
  }
}

function submission(name: string, version: string) {
  const [round, publisher, count] = version.split('.').map(Number) as [number, number, number]
  const size = sizes[(round + publisher + count) % sizes.length] ?? 0
  const tarball = makeTarball({ name, version, files: { 'noise.bin': noise(version, size) } })
  return {
    document: publishDocument({ name, version, tarball }),
    publication: { name, version, integrity: integrityOf(tarball) },
  }
}

async function expectKept(registry: RegistryClient, { acknowledged, cut }: Ledger): Promise<void> {
  for (const name of names) {
    const found = await expectWhole(registry, name)
    const known = new Map(
      [...acknowledged, ...cut].map((each) => [`${each.name}@${each.version}`, each.integrity]),
    )
    for (const [version, integrity] of found) expect(known.get(`${name}@${version}`)).toBe(integrity)
    const lost = acknowledged.filter((each) => each.name === name && !found.has(each.version))
    expect(lost, 'acknowledged and lost').toEqual([])
  }
}
