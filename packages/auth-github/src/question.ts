import { RegistryError } from '@nmr/core'
import type { Answer, RepositoryFacts, UserFacts } from './answer.ts'
import type { GithubRequest } from './github-client.ts'
import { type GithubResponse, header } from './github-response.ts'

/** The few things that GitHub is asked. */
export type Question =
  | { readonly about: 'user' }
  /** By number, so that neither a rename nor a new repository of the old name changes whom it is about. */
  | { readonly about: 'repository'; readonly id: number }
  /** A repository that does not exist, asked for in the place of an absent package. */
  | { readonly about: 'absent'; readonly name: string }
  | { readonly about: 'named'; readonly owner: string; readonly name: string }
  | { readonly about: 'contents_read'; readonly id: number }
  | { readonly about: 'contents_write'; readonly id: number }

/** The number of no repository. */
const ABSENT = 0

/** A commit that cannot exist: whoever may write is told so with a 422, and nothing has changed. */
const NO_COMMIT = '0'.repeat(40)

/** The name that an answer is kept under, beside the token's. */
export function keyOf(question: Question): string {
  switch (question.about) {
    case 'user':
      return 'user'
    case 'absent':
      return `absent/${question.name}`
    case 'named':
      return `named/${question.owner}/${question.name}`.toLowerCase()
    default:
      return `${question.about}/${question.id}`
  }
}

/**
 * The request that asks it. All are harmless. Branches can be listed with the permission to read contents, also while
 * there are none; a reference can be created with the permission to write them, but not to a commit that is not there.
 */
export function requestOf(question: Question): GithubRequest {
  switch (question.about) {
    case 'user':
      return { method: 'GET', url: '/user' }
    case 'repository':
      return { method: 'GET', url: `/repositories/${question.id}` }
    case 'absent':
      return { method: 'GET', url: `/repositories/${ABSENT}` }
    case 'named':
      return { method: 'GET', url: `/repos/${question.owner}/${question.name}` }
    case 'contents_read':
      return { method: 'GET', url: `/repositories/${question.id}/branches?per_page=1` }
    case 'contents_write':
      return {
        method: 'POST',
        url: `/repositories/${question.id}/git/refs`,
        body: { ref: 'refs/nmr/write-probe', sha: NO_COMMIT },
      }
  }
}

/**
 * What a response says.
 *
 * @param asked milliseconds since 1970
 * @throws RegistryError `unavailable` when a success is not what GitHub would send: no answer is not a yes
 */
export function readAnswer(question: Question, response: GithubResponse, asked: number): Answer {
  const { status, data } = response
  const scopes = header(response, 'x-oauth-scopes')
  const etag = header(response, 'etag')
  const sso = /\burl=([^\s;,]+)/.exec(header(response, 'x-github-sso') ?? '')?.[1]
  return {
    asked,
    status,
    ...(etag !== undefined && { etag }),
    ...(scopes !== undefined && { scopes: scopes.split(/[\s,]+/).filter((scope) => scope !== '') }),
    ...(status >= 300 && { message: messageOf(data) ?? '' }),
    ...(status === 403 && sso !== undefined && { sso }),
    ...(status === 200 && factsOf(question, data)),
    ...(question.about === 'named' && movedTo(status, header(response, 'location'))),
    ...(question.about === 'contents_write' && status === 422 && requireMessage(data)),
  }
}

function factsOf(question: Question, data: unknown): Pick<Answer, 'repository' | 'user'> {
  if (question.about === 'user') return { user: userOf(data) ?? unintelligible() }
  if (question.about === 'contents_read') return Array.isArray(data) ? {} : unintelligible()
  if (question.about === 'contents_write') return {}
  const repository = repositoryOf(data)
  const isAnother = question.about !== 'named' && repository?.id !== ('id' in question ? question.id : ABSENT)
  return repository === undefined || isAnother ? unintelligible() : { repository }
}

function repositoryOf(data: unknown): RepositoryFacts | undefined {
  const id = member(data, 'id')
  const [, owner, name] = /^([^/]+)\/([^/]+)$/.exec(textOf(data, 'full_name') ?? '') ?? []
  if (!Number.isSafeInteger(id) || owner === undefined || name === undefined) return undefined
  const permissions = member(data, 'permissions')
  return {
    id: Number(id),
    owner,
    name,
    isPrivate: member(data, 'private') !== false,
    isArchived: member(data, 'archived') !== false,
    ...(typeof permissions === 'object' &&
      permissions !== null && {
        permissions: {
          admin: member(permissions, 'admin') === true,
          push: member(permissions, 'push') === true,
          pull: member(permissions, 'pull') === true,
        },
      }),
  }
}

function userOf(data: unknown): UserFacts | undefined {
  const login = textOf(data, 'login')
  if (login === undefined || login === '') return undefined
  const name = textOf(data, 'name')
  const email = textOf(data, 'email')
  return { login, ...(name && { name }), ...(email && { email }) }
}

/** GitHub sends whoever asks by an old name to `/repositories/ID`. */
function movedTo(status: number, location: string | undefined): Pick<Answer, 'movedTo'> {
  const id = /\/repositories\/(\d{1,15})$/.exec(location ?? '')?.[1]
  return status === 301 && id !== undefined ? { movedTo: Number(id) } : {}
}

function requireMessage(data: unknown): Pick<Answer, 'message'> {
  return { message: messageOf(data) ?? unintelligible() }
}

/** In one line, as reasons are. */
function messageOf(data: unknown): string | undefined {
  return textOf(data, 'message')?.replace(/\s+/g, ' ').trim().slice(0, 200)
}

function textOf(data: unknown, key: string): string | undefined {
  const value = member(data, key)
  return typeof value === 'string' ? value : undefined
}

function member(data: unknown, key: string): unknown {
  return typeof data === 'object' && data !== null && Object.hasOwn(data, key)
    ? Reflect.get(data, key)
    : undefined
}

function unintelligible(): never {
  throw new RegistryError('unavailable', 'GitHub answered in a way that cannot be understood; try again', {
    retryAfter: 5,
  })
}
