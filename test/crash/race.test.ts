import { expect, test } from 'vitest'
import { integrityOf, makeTarball, publishDocument } from '../support/publish-document.ts'
import { createRegistryClient, type RegistryClient } from '../support/registry-client.ts'
import { startServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { expectWhole } from './whole.ts'

const name = '@acme/contested'

test('fifty versions of one package, by ten publishers at once, are all there with their tags', async () => {
  await withServer(async (registry) => {
    const versions = Array.from({ length: 50 }, (_, count) => `1.0.${count}`)
    const left = [...versions]
    const statuses: number[] = []
    const publisher = async () => {
      for (let version = left.shift(); version !== undefined; version = left.shift()) {
        statuses.push(await registry.publish(publishDocument({ name, version, tag: `of-${version}` })))
      }
    }
    await Promise.all(Array.from({ length: 10 }, publisher))

    expect(statuses).toEqual(versions.map(() => 201))
    expect([...(await expectWhole(registry, name)).keys()].sort()).toEqual([...versions].sort())
    const { latest, ...tags } = (await registry.packument(name))?.['dist-tags'] ?? {}
    expect(tags).toEqual(Object.fromEntries(versions.map((version) => [`of-${version}`, version])))
    // The first of all is the one that no other was before, and it was one of the first ten.
    expect(versions.slice(0, 10)).toContain(latest)
  })
})

test('of fifty publishes of one version at once one is accepted, and its bytes are what is served', async () => {
  await withServer(async (registry) => {
    const version = '1.0.0'
    const tarballs = Array.from({ length: 50 }, (_, count) =>
      makeTarball({ name, version, files: { 'who.txt': `publisher ${count}` } }),
    )
    const statuses = await Promise.all(
      tarballs.map((tarball) => registry.publish(publishDocument({ name, version, tarball }))),
    )
    expect(statuses.filter((status) => status === 201)).toHaveLength(1)
    expect(statuses.filter((status) => status === 409)).toHaveLength(49)
    const winner = tarballs[statuses.indexOf(201)] ?? Buffer.alloc(0)
    expect(await expectWhole(registry, name)).toEqual(new Map([[version, integrityOf(winner)]]))
  })
})

async function withServer(run: (registry: RegistryClient) => Promise<void>): Promise<void> {
  const server = await startServer(await temporaryFolder())
  try {
    await run(createRegistryClient(server.url))
    expect(server.requests.filter(({ status }) => status >= 500)).toEqual([])
  } finally {
    expect(await server.stop()).toBe(0)
  }
}
