import { onTestFinished } from 'vitest'
import { publishDocument } from '../support/publish-document.ts'
import { type RunningServer, startServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { seed } from './seed.ts'
import { type Github, startGithub } from './start-github.ts'

/** A server process that asks a GitHub of its own, which is seeded; both end with the test. */
export interface RegistryBeside {
  readonly github: Github
  readonly folder: string
  readonly server: RunningServer
  /** One request with a token, or with none. */
  ask(token: string | undefined, path: string, init?: RequestInit): Promise<Answer>
  /** Publishes one version from a repository as adam, who administers all of them. */
  publish(name: string, repository?: string, version?: string): Promise<void>
  /** Starts another process over the same folder, once this one is stopped. */
  restart(): Promise<RegistryBeside>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** Keys below `auth.github.cache`. */
export interface CacheSettings {
  readonly ttl?: number
  readonly negative_ttl?: number
  readonly stale_if_error?: number
}

/** The configuration of a registry that asks this GitHub. */
export function githubSettings(apiUrl: string, cache: CacheSettings = {}) {
  return { auth: { type: 'github', github: { api_url: apiUrl, cache } } }
}

/** @param prepare what to do to the GitHub before the registry starts */
export async function startBeside(
  cache: CacheSettings = {},
  prepare: (github: Github) => void = () => {},
): Promise<RegistryBeside> {
  const github = await startGithub()
  onTestFinished(() => github.close())
  seed(github)
  prepare(github)
  return startOver(await temporaryFolder(), github, cache)
}

async function startOver(folder: string, github: Github, cache: CacheSettings): Promise<RegistryBeside> {
  const server = await startServer(folder, githubSettings(github.apiUrl, cache))
  onTestFinished(() => server.kill())

  async function ask(token: string | undefined, path: string, init: RequestInit = {}): Promise<Answer> {
    const headers = { ...(token !== undefined && bearer(token)), ...init.headers }
    const answer = await fetch(new URL(path, server.url), { redirect: 'manual', ...init, headers })
    return { status: answer.status, headers: answer.headers, body: await answer.text() }
  }

  return {
    github,
    folder,
    server,
    ask,
    async publish(name, repository = 'acme/tools', version = '1.0.0') {
      const document = publishDocument({ name, version, extra: { repository } })
      const { status, body } = await ask('ghp_adam', `/${name.replace('/', '%2f')}`, sent('PUT', document))
      if (status !== 201) throw new Error(`the publish of ${name} was answered ${status}: ${body}`)
    },
    async restart() {
      await server.stop()
      return startOver(folder, github, cache)
    },
  }
}

export function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` }
}

/** A request with a document in its body. */
export function sent(method: 'PUT' | 'POST', document: unknown): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(document) }
}
