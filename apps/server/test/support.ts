import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRegistry, type Ports, type Settings, type Upstream } from '@nmr/core'
import {
  createIdMaker,
  createMemoryAuthorizer,
  createMemoryMetadataStore,
  createMemoryTarballStore,
  createSteppableClock,
} from '@nmr/core/testing'
import { pino } from 'pino'
import { type PublishBodySource, publishDocument } from '../../../test/support/publish-document.ts'
import { buildApp } from '../src/app.ts'
import type { App, AppOptions } from '../src/route-context.ts'

/** The server's routes over a registry in memory. */
export interface TestApp {
  readonly app: App
  /** What was logged, parsed. */
  readonly log: readonly Record<string, unknown>[]
  /** Publishes as the writer, and expects that to succeed. */
  publish(source: PublishBodySource): Promise<void>
}

export const writer = { authorization: 'Bearer writer-token' }
export const reader = { authorization: 'Bearer reader-token' }

const elsewhere: Upstream = {
  locate: async (name) => ({ kind: 'elsewhere', url: `http://upstream.test/${name}` }),
  audit: async () => ({}),
}

export function createTestApp(
  options: Partial<AppOptions> = {},
  settings: Partial<Settings> = {},
  upstream: Upstream = elsewhere,
  ports: Partial<Pick<Ports, 'tarballs' | 'authorizer'>> = {},
): TestApp {
  const log: Record<string, unknown>[] = []
  const clock = createSteppableClock('2024-01-01T00:00:00.000Z')
  const registry = createRegistry(
    {
      metadata: createMemoryMetadataStore(),
      tarballs: createMemoryTarballStore({ clock }),
      authorizer: createMemoryAuthorizer({
        wendy: { token: 'writer-token', email: 'wendy@example.com', may: { '*': 'everything' } },
        rita: { token: 'reader-token', may: { '*': ['read', 'star'] } },
      }),
      upstream,
      clock,
      makeId: createIdMaker(),
      ...ports,
    },
    { hostedScopes: ['@acme'], ...settings },
  )
  const app = buildApp({
    registry,
    logger: pino({ base: null }, { write: (line: string) => log.push(JSON.parse(line)) }),
    // Far enough from the publishes for Last-Modified to be sent.
    clock: () => new Date('2024-02-01T00:00:00.000Z'),
    maxTarballSize: 1_000_000,
    spoolPath: join(tmpdir(), 'nmr-test-spool'),
    answerCacheSize: 1_000_000,
    immutableTarballs: true,
    ...options,
  })
  return {
    app,
    log,
    async publish(source) {
      const url = `/${source.name.replace('/', '%2f')}`
      const answer = await app.inject({
        method: 'PUT',
        url,
        headers: writer,
        payload: publishDocument(source),
      })
      if (answer.statusCode !== 201)
        throw new Error(`the publish was answered ${answer.statusCode}: ${answer.body}`)
    },
  }
}
