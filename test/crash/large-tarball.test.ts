import { expect, test } from 'vitest'
import { peakMemory, publishAndDownload } from '../support/large-round-trip.ts'
import { createRegistryClient } from '../support/registry-client.ts'
import { startServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const MiB = 1024 * 1024
const name = '@acme/large'

test('a tarball of 200 MB takes no more memory than one of 20 MB, published and downloaded', async () => {
  const server = await startServer(await temporaryFolder())
  const registry = createRegistryClient(server.url)
  const started = await peakMemory(server.pid)
  await publishAndDownload(registry, name, '1.0.0', 20 * MiB)
  const before = await peakMemory(server.pid)
  await publishAndDownload(registry, name, '2.0.0', 200 * MiB)
  const after = await peakMemory(server.pid)

  const grown = [before - started, after - before].map((bytes) => `${Math.round(bytes / MiB)} MB`)
  console.log(`the server's peak grew by ${grown[0]} with 20 MB, and by ${grown[1]} more with 200 MB`)
  expect(after - before).toBeLessThan(64 * MiB)
  expect(await server.stop()).toBe(0)
})
