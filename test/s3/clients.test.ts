import { afterAll, beforeAll, describe, expect, inject, vi } from 'vitest'
import { chooseClients } from '../clients/clients.ts'
import { add, restore } from '../clients/steps/install.ts'
import { publish } from '../clients/steps/publish.ts'
import { unpublish } from '../clients/steps/unpublish.ts'
import { clientSuite } from '../clients/suite.ts'
import { type LoggedRequest, startServer } from '../support/server.ts'
import { makeBucket, type TestBucket } from './support/bucket.ts'
import { s3Settings } from './support/s3-settings.ts'

// The registry is 127.0.0.1 to the clients, and the store is localhost: another host name, which they send no token to.

const clients = chooseClients('npm2.7.0,npm6,npm12,yarn1,berry4,pnpm12,bun1.4')
const steps = [
  publish('publish', '1.0.0', { latest: '1.0.0' }),
  add('install', '', '1.0.0'),
  publish('publish again', '1.1.0', { latest: '1.1.0' }),
  restore('install from a lockfile', '@~1.0.0', '1.0.0', '1.1.0'),
  unpublish('unpublish a version', '1.1.0'),
]

let bucket: TestBucket
beforeAll(async () => {
  bucket = await makeBucket()
})
afterAll(() => bucket.dispose())

describe.each([
  { redirect: false, downloaded: 200, title: 'a registry that streams from S3' },
  { redirect: true, downloaded: 302, title: 'a registry that redirects to S3' },
])('$title serves', ({ redirect, downloaded }) => {
  clientSuite({
    clients,
    steps,
    start(folder) {
      const publicEndpoint = { public_endpoint: `http://localhost:${inject('s3').port}` }
      return startServer(folder, s3Settings(bucket, { redirect, ...publicEndpoint }))
    },
    afterwards: (requests) => expectDownloads(requests, downloaded),
  })
})

describe('a registry on the host name of the store, which redirects all but clients that would send it their token, serves', () => {
  clientSuite({
    clients: chooseClients('npm6,yarn1'),
    steps,
    async start(folder) {
      const except = { redirect: true, redirect_except: ['npm/6', 'yarn/1'] }
      const server = await startServer(folder, s3Settings(bucket, except))
      await vi.waitFor(() =>
        expect(server.output.join('\n')).toContain('Warning: clients are redirected to 127.0.0.1'),
      )
      return server
    },
    afterwards: (requests) => expectDownloads(requests, 200),
  })
})

/** Two installs with nothing in a cache, at least. */
function expectDownloads(requests: readonly LoggedRequest[], status: number): void {
  const downloads = requests.filter(({ method, path }) => method === 'GET' && path.endsWith('.tgz'))
  expect(downloads.length).toBeGreaterThanOrEqual(2)
  for (const download of downloads) expect(download.status, download.path).toBe(status)
}
