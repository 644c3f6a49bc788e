import { type GithubToken, hasPerson, hasScopes, type Repository, type Role, roles } from './state.ts'

/** The role that a token's holder has on a repository, whatever the token itself may do; nobody reads what is public. */
function roleOf(token: GithubToken | undefined, repository: Repository): Role | undefined {
  const { login } = token ?? {}
  const own = login === undefined ? undefined : repository.roles[login]
  if (login?.toLowerCase() === repository.owner.toLowerCase()) return 'admin'
  return own ?? (repository.isPrivate ? undefined : 'read')
}

/** Whether a token is shown a repository's metadata. */
export function sees(token: GithubToken | undefined, repository: Repository): boolean {
  if (!repository.isPrivate) return true
  if (token === undefined) return false
  if (hasPerson(token) && roleOf(token, repository) === undefined) return false
  if (hasScopes(token)) return token.scopes.includes('repo')
  return reaches(token, repository)
}

/** Whether a token may list branches and read files. */
export function readsContents(token: GithubToken | undefined, repository: Repository): boolean {
  if (!sees(token, repository)) return false
  if (!repository.isPrivate || token === undefined || hasScopes(token)) return true
  return reaches(token, repository) && token.contents !== 'none'
}

/** Whether a token may push. */
export function writesContents(token: GithubToken | undefined, repository: Repository): boolean {
  if (token === undefined || !sees(token, repository)) return false
  if (hasPerson(token) && !atLeast(roleOf(token, repository), 'write')) return false
  if (!hasScopes(token)) return reaches(token, repository) && token.contents === 'write'
  return token.scopes.includes('repo') || (!repository.isPrivate && token.scopes.includes('public_repo'))
}

/**
 * The `permissions` of a repository's document: the *person's* role. Apps' own tokens are shown no right to push
 * whatever they may do, workflows' no permissions at all.
 */
export function permissionsOf(token: GithubToken | undefined, repository: Repository) {
  if (token === undefined || token.kind === 'workflow') return undefined
  const role = token.kind === 'installation' ? 'read' : roleOf(token, repository)
  return {
    admin: atLeast(role, 'admin'),
    maintain: atLeast(role, 'maintain'),
    push: atLeast(role, 'write'),
    triage: atLeast(role, 'triage'),
    pull: atLeast(role, 'read'),
  }
}

function reaches({ repositories }: GithubToken, { id }: Repository): boolean {
  return repositories === 'all' || repositories.includes(id)
}

function atLeast(role: Role | undefined, least: Role): boolean {
  return role !== undefined && roles.indexOf(role) >= roles.indexOf(least)
}
