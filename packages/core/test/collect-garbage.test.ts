import { collectGarbage, createRegistry, type Ports, parseTarballKey, type TarballKey } from '@nmr/core'
import { createMemoryMetadataStore, createMemoryTarballStore, type MemoryTarballs } from '@nmr/core/testing'
import { describe, expect, it } from 'vitest'
import { asName, submission } from './support.ts'

const DAY = 24 * 60 * 60 * 1000
const name = asName('@acme/x')

async function createPorts(): Promise<{
  ports: Ports
  tarballs: MemoryTarballs
  collect(from?: Ports): Promise<readonly string[]>
}> {
  let now = Date.parse('2024-01-01T00:00:00.000Z')
  let ids = 0
  const tarballs: MemoryTarballs = new Map()
  const clock = () => new Date(now)
  const ports: Ports = {
    metadata: createMemoryMetadataStore(),
    tarballs: createMemoryTarballStore({ tarballs, clock }),
    authorizer: {
      authenticate: async () => undefined,
      login: async () => undefined,
      decide: async () => ({ outcome: 'granted', reason: '' }),
      explain: () => Promise.reject(new Error('nobody asks')),
      close: async () => {},
    },
    clock,
    makeId: () => `id000${++ids}`,
  }
  return {
    ports,
    tarballs,
    async collect(from = ports) {
      now += 2 * DAY
      return (await collectGarbage({ ...from, before: new Date(now - DAY) })).tarballs
    },
  }
}

describe('garbage collection', () => {
  it('removes tarballs that no version names, and no other', async () => {
    const { ports, tarballs, collect } = await createPorts()
    const registry = createRegistry(ports)
    await registry.publish(undefined, submission())
    await registry.publish(undefined, submission({ version: '1.1.0-beta-2' }))
    const named = [...tarballs.keys()]
    const orphans = [
      '@acme/x/1.0.0-000000000000-lost.tgz',
      'gone/2.0.0-1-000000000000-lost.tgz',
    ] as TarballKey[]
    for (const key of orphans) tarballs.set(key, { bytes: Buffer.from('x'), modified: ports.clock() })
    expect(await collect()).toEqual(orphans)
    expect([...tarballs.keys()]).toEqual(named)
  })

  it('removes what is left of a version that was unpublished or published over', async () => {
    const { ports, tarballs, collect } = await createPorts()
    const keep = { ...ports, tarballs: { ...ports.tarballs, remove: async () => {} } }
    const registry = createRegistry(keep, { allowPreviousVersion: true })
    await registry.publish(undefined, submission())
    await registry.publish(undefined, submission({ extra: { description: 'again' } }))
    await registry.publish(undefined, submission({ version: '2.0.0' }))
    await registry.unpublish(undefined, name, { versions: ['2.0.0'] })
    const [first, , third] = [...tarballs.keys()]
    expect(await collect()).toEqual([first, third])
  })

  it('leaves alone what was put a moment ago, and what no publish of ours has put', async () => {
    const { ports, tarballs, collect } = await createPorts()
    const young = parseTarballKey('@acme/x/1.0.0-000000000000-young.tgz') as TarballKey
    const strange = parseTarballKey('@acme/x/1.0.0.tgz') as TarballKey
    tarballs.set(young, { bytes: Buffer.from('x'), modified: new Date(ports.clock().getTime() + 2 * DAY) })
    tarballs.set(strange, { bytes: Buffer.from('x'), modified: ports.clock() })
    expect(await collect()).toEqual([])
  })

  it('removes nothing when the metadata knows no package at all, since it can hardly be the right one', async () => {
    const { ports, tarballs, collect } = await createPorts()
    await createRegistry(ports).publish(undefined, submission())
    const wrong = { ...ports, metadata: createMemoryMetadataStore() }
    await expect(collect(wrong)).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('the metadata store has no package at all'),
    })
    expect(tarballs.size).toBe(1)
  })
})
