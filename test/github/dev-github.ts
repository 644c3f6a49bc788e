import { type SeededToken, seed } from './seed.ts'
import { startGithub } from './start-github.ts'

/** A GitHub with an organisation, for the registry that `npm run dev:github` starts beside it. */
export interface DevGithub {
  readonly apiUrl: string
  readonly tokens: readonly SeededToken[]
  close(): Promise<void>
}

/** @param port 0: any */
export async function startDevGithub(port: number): Promise<DevGithub> {
  const github = await startGithub({ port })
  return { apiUrl: github.apiUrl, tokens: seed(github), close: () => github.close() }
}
