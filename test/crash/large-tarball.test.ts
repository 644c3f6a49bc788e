import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { largePublish } from '../support/large-publish.ts'
import { createRegistryClient, type RegistryClient } from '../support/registry-client.ts'
import { startServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const MiB = 1024 * 1024
const name = '@acme/large'

test('a tarball of 200 MB takes no more memory than one of 20 MB, published and downloaded', async () => {
  const server = await startServer(await temporaryFolder())
  const registry = createRegistryClient(server.url)
  const started = await peakMemory(server.pid)
  await publishAndDownload(registry, '1.0.0', 20 * MiB)
  const before = await peakMemory(server.pid)
  await publishAndDownload(registry, '2.0.0', 200 * MiB)
  const after = await peakMemory(server.pid)

  const grown = [before - started, after - before].map((bytes) => `${Math.round(bytes / MiB)} MB`)
  console.log(`the server's peak grew by ${grown[0]} with 20 MB, and by ${grown[1]} more with 200 MB`)
  expect(after - before).toBeLessThan(64 * MiB)
  expect(await server.stop()).toBe(0)
})

async function publishAndDownload(
  registry: RegistryClient,
  version: string,
  fileSize: number,
): Promise<void> {
  const { integrity, size, length, body } = await largePublish(name, version, fileSize)
  const published = await registry.request(`/${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'content-length': String(length) },
    body: Readable.toWeb(Readable.from(body())) as ReadableStream,
    duplex: 'half',
  } as RequestInit)
  expect(published.status, await published.text()).toBe(201)

  const { dist } = (await registry.packument(name))?.versions[version] ?? {}
  expect(dist?.integrity).toBe(integrity)
  const downloaded = await registry.request(dist?.tarball ?? '')
  const sha512 = createHash('sha512')
  let received = 0
  for await (const chunk of downloaded.body ?? []) {
    sha512.update(chunk)
    received += chunk.length
  }
  expect(received).toBe(size)
  expect(`sha512-${sha512.digest('base64')}`).toBe(integrity)
}

/** The most bytes of memory that a process ever had. */
async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(status) ?? []
  return Number(kilobytes) * 1024
}
