import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Action, type Decision, isRegistryError, parsePackageName, type Subject } from '@nmr/core'
import { createSteppableClock, type SteppableClock } from '@nmr/core/testing'
import { onTestFinished } from 'vitest'
import { type Github, startGithub } from '../../../test/github/start-github.ts'
import type { GithubToken, Repository } from '../../../test/github/state.ts'
import { type GithubAuthorizer, type GithubAuthorizerOptions, openGithubAuthorizer } from '../src/index.ts'

export interface TestBed {
  readonly github: Github
  readonly authorizer: GithubAuthorizer
  readonly clock: SteppableClock
  /** Presents a token, as a request does, and asks what it may do; `outcome` is the error's code when GitHub is away. */
  ask(token: GithubToken | string | undefined, action: Action, subject: Subject): Promise<Asked>
  /** A second authorizer with the same GitHub and clock, as after a restart. */
  reopen(options?: GithubAuthorizerOptions): Promise<GithubAuthorizer>
}

export type Asked =
  | Decision
  | { readonly outcome: 'unavailable'; readonly reason: string; readonly retryAfter?: number }

/** A GitHub of its own and an authorizer that asks it; both end with the test. */
export async function openTestBed(
  options: GithubAuthorizerOptions = {},
  prefix: '' | '/api/v3' = '',
): Promise<TestBed> {
  const clock = createSteppableClock()
  const github = await startGithub({ clock, prefix })
  const reopen = async (more: GithubAuthorizerOptions = {}) => {
    const opened = await openGithubAuthorizer({ apiUrl: github.apiUrl, clock, ...options, ...more })
    onTestFinished(() => opened.close())
    return opened
  }
  onTestFinished(() => github.close())
  const authorizer = await reopen()
  return { github, authorizer, clock, reopen, ask: (...question) => ask(authorizer, ...question) }
}

/** What a request with a token meets: it is authenticated, and then its action is decided. */
export async function ask(
  authorizer: GithubAuthorizer,
  token: GithubToken | string | undefined,
  action: Action,
  subject: Subject,
): Promise<Asked> {
  const value = typeof token === 'object' ? token.value : token
  try {
    const credential = value === undefined ? undefined : ({ kind: 'bearer', token: value } as const)
    const principal = await authorizer.authenticate(credential, { lazily: action === 'read' })
    return await authorizer.decide(principal, action, subject)
  } catch (error) {
    if (!isRegistryError(error, 'unavailable')) throw error
    const { message: reason, retryAfter } = error
    return { outcome: 'unavailable', reason, ...(retryAfter !== undefined && { retryAfter }) }
  }
}

/** A package that a repository governs. */
export function governed(name: string, { id, owner, name: called }: Repository, claimed?: unknown): Subject {
  const repository = { host: 'github.com', owner, name: called, id }
  return { name: parsePackageName(name), repository, ...(claimed !== undefined && { claimed }) }
}

/** A package that is not there, or has no repository; with a claim, one that is published. */
export function ungoverned(name: string, ...claim: [claimed?: unknown]): Subject {
  return { name: parsePackageName(name), ...(claim.length > 0 && { claimed: claim[0] }) }
}

/** A folder that goes with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nmr-auth-github-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
