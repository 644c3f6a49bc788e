import { join } from 'node:path'
import { collectGarbage } from '@nmr/core'
import { openLevelMetadataStore } from '@nmr/metadata-level'
import { openS3TarballStore } from '@nmr/tarballs-s3'
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { expectWhole } from '../crash/whole.ts'
import { noise } from '../support/noise.ts'
import { publishDocument } from '../support/publish-document.ts'
import { createRegistryClient, type RegistryClient } from '../support/registry-client.ts'
import { type RunningServer, startServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { makeBucket, type TestBucket } from './support/bucket.ts'
import { type FaultProxy, startFaultProxy } from './support/fault-proxy.ts'
import { s3Settings } from './support/s3-settings.ts'

const MIB = 1024 * 1024
const name = '@acme/widget'

let bucket: TestBucket
let proxy: FaultProxy
let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
  bucket = await makeBucket()
  proxy = await startFaultProxy(inject('s3').port)
})
afterEach(async () => {
  await proxy.stop()
  await bucket.dispose()
})

describe('after a kill -9', () => {
  it('between a tarball and its version, the version is not there, and the tarball is garbage', async () => {
    const before = await start()
    expect(await publish(before.registry, '1.0.0', 1000)).toBe(201)
    const kept = await bucket.objects()
    proxy.inject(/^PUT /, { kind: 'no-answer' })
    const cut = publish(before.registry, '1.0.1', 1000)
    await vi.waitFor(async () => expect(await bucket.objects()).toHaveLength(2), PATIENTLY)
    await before.server.kill()
    expect(await cut).toBe('cut off')

    const after = await start()
    expect([...(await expectWhole(after.registry, name)).keys()]).toEqual(['1.0.0'])
    expect(await after.server.stop()).toBe(0)
    const { tarballs, unfinished } = await collectNow()
    expect([tarballs.length, unfinished]).toEqual([1, 0])
    expect(await bucket.objects()).toEqual(kept)
  })

  it('in the middle of a tarball in parts, nothing of it is there but an upload, which is garbage', async () => {
    const before = await start()
    proxy.inject(/partNumber=2/, { kind: 'no-answer' })
    const cut = publish(before.registry, '1.0.0', 20 * MIB)
    await vi.waitFor(() => expect(proxy.requests.join()).toContain('partNumber=2'), PATIENTLY)
    await before.server.kill()
    expect(await cut).toBe('cut off')
    expect(await bucket.objects()).toEqual([])
    expect(await bucket.uploads()).toHaveLength(1)

    const after = await start()
    expect(await after.registry.packument(name)).toBeUndefined()
    expect(await publish(after.registry, '1.0.0', 20 * MIB)).toBe(201)
    expect(await after.server.stop()).toBe(0)
    const { tarballs, unfinished } = await collectNow()
    expect([tarballs.length, unfinished]).toEqual([0, 1])
    expect(await bucket.uploads()).toEqual([])
    await expectAllThere(['1.0.0'])
  })

  it('at any moment, what was acknowledged is there, and what is there is whole', async () => {
    const acknowledged: string[] = []
    const cut: string[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const { server, registry } = await start()
      const enough = acknowledged.length + 2 + round
      await Promise.all(
        sizes.map(async (size, publisher) => {
          for (let count = 0; ; count++) {
            const version = `${round}.${publisher}.${count}`
            const status = await publish(registry, version, size)
            if (status === 'cut off') return void cut.push(version)
            expect(status).toBe(201)
            if (acknowledged.push(version) === enough) await server.kill()
          }
        }),
      )
    }
    expect(cut.length).toBeGreaterThan(ROUNDS)

    const { server, registry } = await start()
    for (const version of cut) expect([201, 409]).toContain(await publish(registry, version, 1000))
    expect(await server.stop()).toBe(0)
    const { tarballs, unfinished } = await collectNow()
    expect(await bucket.uploads()).toEqual([])
    expect(await bucket.objects()).toHaveLength(acknowledged.length + cut.length)
    await expectAllThere([...acknowledged, ...cut])
    console.log(
      `${acknowledged.length} publishes acknowledged, ${cut.length} cut off in ${ROUNDS} kills, which left ` +
        `${tarballs.length} tarballs and ${unfinished} uploads behind`,
    )
  })
})

const ROUNDS = 6
const PATIENTLY = { timeout: 20_000, interval: 10 }
/** Bytes of each publisher's tarballs. */
const sizes = [200, 20_000, 1_000_000, 9 * MIB]

async function start(): Promise<{ readonly server: RunningServer; readonly registry: RegistryClient }> {
  proxy.heal()
  const endpoint = `http://127.0.0.1:${proxy.port}`
  const server = await startServer(folder, s3Settings(bucket, { endpoint }))
  onTestFinished(server.kill)
  return { server, registry: createRegistryClient(server.url) }
}

function publish(registry: RegistryClient, version: string, size: number): Promise<number | 'cut off'> {
  const files = { 'noise.bin': noise(version, size) }
  return registry.publish(publishDocument({ name, version, files })).catch(() => 'cut off')
}

/** As `nmr gc` does, which spares what is less than a day old. */
async function collectNow() {
  const metadata = await openLevelMetadataStore({ location: join(folder, 'data/db') })
  const tarballs = await openS3TarballStore(bucket.options)
  const before = new Date(Date.now() + 60_000)
  return collectGarbage({ metadata, tarballs, before }).finally(() =>
    Promise.all([metadata.close(), tarballs.close()]),
  )
}

async function expectAllThere(versions: readonly string[]): Promise<void> {
  const { server, registry } = await start()
  expect([...(await expectWhole(registry, name)).keys()].sort()).toEqual([...versions].sort())
  expect(await server.stop()).toBe(0)
}
