import { inspect } from 'node:util'
import { createRegistry, type TarballStore } from '@nmr/core'
import { createIdMaker, createMemoryAuthorizer, createMemoryMetadataStore } from '@nmr/core/testing'
import { type AppOptions, buildApp } from '@nmr/server'
import { type PublishBodySource, publishDocument } from '../../support/publish-document.ts'

/** What everybody presents who may read and publish. */
export const TOKEN = 'a-registry-token'

/** A registry that listens on loopback. */
export interface TestRegistry {
  /** Everything that was logged, with all members of all errors. */
  readonly log: () => string
  /** @returns the status */
  publish(source: PublishBodySource): Promise<number>
  /** As somebody who may read; not following redirects. */
  get(path: string, init?: RequestInit): Promise<Response>
  stop(): Promise<void>
}

/** Listens on 127.0.0.1, over a tarball store that it does not close. */
export async function startRegistry(tarballs: TarballStore, spoolPath: string): Promise<TestRegistry> {
  const everything = { token: TOKEN, may: { '*': 'everything' as const } }
  const registry = createRegistry(
    {
      metadata: createMemoryMetadataStore(),
      tarballs,
      authorizer: createMemoryAuthorizer({ wendy: everything }),
      clock: () => new Date(),
      makeId: createIdMaker(),
    },
    { hostedScopes: ['@acme'] },
  )
  const lines: string[] = []
  const options = {
    maxTarballSize: 100_000_000,
    spoolPath,
    answerCacheSize: 1_000_000,
    immutableTarballs: true,
    clock: () => new Date(),
  }
  const app = buildApp({ registry, logger: loggerInto(lines), ...options })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })

  function get(path: string, { headers, ...init }: RequestInit = {}): Promise<Response> {
    const authorization = `Bearer ${TOKEN}`
    return fetch(url + path, { redirect: 'manual', ...init, headers: { authorization, ...headers } })
  }
  return {
    log: () => lines.join('\n'),
    async publish(source) {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify(publishDocument(source))
      const answer = await get(`/${source.name.replace('/', '%2f')}`, { method: 'PUT', headers, body })
      await answer.arrayBuffer()
      return answer.status
    },
    get,
    stop: () => app.close(),
  }
}

function loggerInto(lines: string[]): AppOptions['logger'] {
  const write = (...said: unknown[]) => void lines.push(inspect(said, { depth: 10, showHidden: true }))
  const logger: AppOptions['logger'] = {
    level: 'info',
    fatal: write,
    error: write,
    warn: write,
    info: write,
    debug: () => {},
    trace: () => {},
    silent: () => {},
    child: () => logger,
  }
  return logger
}
