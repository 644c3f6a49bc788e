import { expect, onTestFinished, test } from 'vitest'
import { peakMemory, publishAndDownload } from '../support/large-round-trip.ts'
import { createRegistryClient } from '../support/registry-client.ts'
import { startServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { makeBucket } from './support/bucket.ts'
import { s3Settings } from './support/s3-settings.ts'

const MiB = 1024 * 1024
const name = '@acme/large'

test('a tarball of 500 MB takes no more memory than one of 20 MB, published to S3 and downloaded', async () => {
  const bucket = await makeBucket()
  const server = await startServer(await temporaryFolder(), s3Settings(bucket))
  onTestFinished(server.kill)
  const registry = createRegistryClient(server.url)
  const started = await peakMemory(server.pid)
  await publishAndDownload(registry, name, '1.0.0', 20 * MiB)
  const before = await peakMemory(server.pid)
  await publishAndDownload(registry, name, '2.0.0', 500 * MiB)
  const after = await peakMemory(server.pid)

  const grown = [before - started, after - before].map((bytes) => `${Math.round(bytes / MiB)} MB`)
  console.log(`the server's peak grew by ${grown[0]} with 20 MB, and by ${grown[1]} more with 500 MB`)
  expect(after - before).toBeLessThan(64 * MiB)
  expect(await server.stop()).toBe(0)
  await bucket.dispose()
}, 180_000)
