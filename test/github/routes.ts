import { permissionsOf, readsContents, sees, writesContents } from './access.ts'
import { branchesBody, errorBody, referenceBody, repositoryBody, userBody } from './bodies.ts'
import { type GithubToken, hasPerson, hasScopes, type Repository, type State } from './state.ts'

export interface Reply {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const notFound: Reply = { status: 404, body: errorBody(404, 'Not Found') }

/** What a GitHub with this state answers to a request whose token is good, or that has none. */
export function route(
  state: State,
  token: GithubToken | undefined,
  method: string,
  path: string,
  text: string,
  base: string,
): Reply {
  if (method === 'GET' && path === '/user') return user(state, token, base)
  const [, id, ofId] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? []
  const [, fullName, ofName] = /^\/repos\/([^/]+\/[^/]+)(\/.*)?$/.exec(path) ?? []
  const rest = ofId ?? ofName ?? ''
  const repository = id === undefined ? state.byName(fullName ?? '') : state.repositories.get(Number(id))
  if (repository === undefined) return moved(state, token, fullName, rest, base)
  if (!sees(token, repository)) return notFound
  const sso = ssoOf(token, repository)
  if (sso !== undefined) return sso
  if (method === 'GET' && rest === '') {
    return { status: 200, body: repositoryBody(repository, permissionsOf(token, repository), base) }
  }
  if (method === 'GET' && rest === '/branches') return branches(token, repository, base)
  if (method === 'POST' && rest === '/git/refs') return createReference(token, repository, text, base)
  return notFound
}

function user(state: State, token: GithubToken | undefined, base: string): Reply {
  if (token === undefined) return { status: 401, body: errorBody(401, 'Requires authentication') }
  if (!hasPerson(token))
    return { status: 403, body: errorBody(403, 'Resource not accessible by integration') }
  const found = state.users.get(token.login?.toLowerCase() ?? '')
  return found === undefined ? notFound : { status: 200, body: userBody(found, base) }
}

function moved(
  state: State,
  token: GithubToken | undefined,
  fullName: string | undefined,
  rest: string,
  base: string,
): Reply {
  const repository = fullName === undefined ? undefined : state.byFormerName(fullName)
  if (repository === undefined || !sees(token, repository)) return notFound
  const url = `${base}/repositories/${repository.id}${rest}`
  const body = { message: 'Moved Permanently', url, documentation_url: 'https://docs.github.com/rest' }
  return { status: 301, body, headers: { location: url } }
}

function ssoOf(token: GithubToken | undefined, { owner }: Repository): Reply | undefined {
  if (!token?.ssoMissing.some((organisation) => organisation.toLowerCase() === owner.toLowerCase()))
    return undefined
  const message =
    'Resource protected by organization SAML enforcement. You must grant your token access to this organization.'
  const url = `https://github.com/orgs/${owner}/sso?authorization_request=AAAA`
  return { status: 403, body: errorBody(403, message), headers: { 'x-github-sso': `required; url=${url}` } }
}

function branches(token: GithubToken | undefined, repository: Repository, base: string): Reply {
  if (readsContents(token, repository)) return { status: 200, body: branchesBody(repository, base) }
  return notAccessible(token, 'contents=read')
}

function createReference(
  token: GithubToken | undefined,
  repository: Repository,
  text: string,
  base: string,
): Reply {
  if (token === undefined) return { status: 401, body: errorBody(401, 'Requires authentication') }
  if (!writesContents(token, repository)) return notAccessible(token, 'contents=write')
  if (repository.isArchived) {
    return { status: 403, body: errorBody(403, 'Repository was archived so is read-only.') }
  }
  const { ref, sha } = JSON.parse(text) as { ref?: unknown; sha?: unknown }
  if (typeof ref !== 'string' || !/^refs\/.+\/.+/.test(ref)) {
    return {
      status: 422,
      body: errorBody(422, 'Reference name must start with "refs" and have at least two slashes.'),
    }
  }
  if (sha !== 'a'.repeat(40)) return { status: 422, body: errorBody(422, 'Object does not exist') }
  return { status: 201, body: referenceBody(repository, ref, sha, base) }
}

function notAccessible(token: GithubToken | undefined, permission: string): Reply {
  if (token === undefined || hasScopes(token)) return notFound
  const who = hasPerson(token) ? 'personal access token' : 'integration'
  const headers = { 'x-accepted-github-permissions': permission }
  return { status: 403, body: errorBody(403, `Resource not accessible by ${who}`), headers }
}
