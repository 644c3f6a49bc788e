/** What somebody may do on a repository, as GitHub's settings call it. */
export type Role = 'read' | 'triage' | 'write' | 'maintain' | 'admin'

export const roles: readonly Role[] = ['read', 'triage', 'write', 'maintain', 'admin']

export interface User {
  readonly id: number
  readonly login: string
  readonly name: string | null
  readonly email: string | null
}

/** `workflow` is Actions' own token, `installation` that of another app; neither has a person behind it. */
export type TokenKind = 'classic' | 'oauth' | 'fine-grained' | 'app-user' | 'installation' | 'workflow'

/** A token; change it to change what GitHub says. */
export interface GithubToken {
  readonly value: string
  readonly kind: TokenKind
  readonly login: string | undefined
  /** Of classic and OAuth tokens. */
  scopes: readonly string[]
  /** What tokens of the other kinds reach; `all` is all that the person reaches. */
  repositories: 'all' | readonly number[]
  /** What they may do with the contents there. */
  contents: 'none' | 'read' | 'write'
  expires: Date | undefined
  isRevoked: boolean
  /** Organisations whose single sign-on the token was not authorised for. */
  ssoMissing: readonly string[]
}

/** A repository; change it to change what GitHub says. */
export interface Repository {
  readonly id: number
  owner: string
  name: string
  isPrivate: boolean
  isArchived: boolean
  /** By login. */
  roles: Record<string, Role>
  /** As `owner/name`: GitHub redirects from these while nobody else has them. */
  formerNames: readonly string[]
}

export function hasPerson({ kind }: GithubToken): boolean {
  return kind !== 'installation' && kind !== 'workflow'
}

export function hasScopes({ kind }: GithubToken): boolean {
  return kind === 'classic' || kind === 'oauth'
}

const prefixes: Readonly<Record<TokenKind, string>> = {
  classic: 'ghp_',
  oauth: 'gho_',
  'fine-grained': 'github_pat_',
  'app-user': 'ghu_',
  installation: 'ghs_',
  workflow: 'ghs_',
}

/** Everything that a GitHub knows, and the ways to change it. */
export function createState() {
  const users = new Map<string, User>()
  const tokens = new Map<string, GithubToken>()
  const repositories = new Map<number, Repository>()
  let made = 0

  return {
    users,
    tokens,
    repositories,
    addUser(
      login: string,
      { name = null, email = null }: { name?: string | null; email?: string | null } = {},
    ): User {
      const user = { id: 1000 + ++made, login, name, email }
      users.set(login.toLowerCase(), user)
      return user
    },
    /** @returns the token, which is named for its holder so that a test's output can be read */
    addToken(kind: TokenKind, options: Partial<Omit<GithubToken, 'kind'>> = {}): GithubToken {
      const token: GithubToken = {
        value: `${prefixes[kind]}${options.login ?? kind}_${++made}`,
        kind,
        login: undefined,
        scopes: [],
        repositories: 'all',
        contents: 'none',
        expires: undefined,
        isRevoked: false,
        ssoMissing: [],
        ...options,
      }
      tokens.set(token.value, token)
      return token
    },
    addRepository(fullName: string, options: Partial<Omit<Repository, 'owner' | 'name'>> = {}): Repository {
      const [owner = '', name = ''] = fullName.split('/')
      const repository: Repository = {
        id: ++made,
        owner,
        name,
        isPrivate: true,
        isArchived: false,
        roles: {},
        formerNames: [],
        ...options,
      }
      repositories.set(repository.id, repository)
      return repository
    },
    /** Renames or transfers; from the old name GitHub redirects. */
    move(repository: Repository, fullName: string): void {
      const [owner = '', name = ''] = fullName.split('/')
      const formerNames = [...repository.formerNames, `${repository.owner}/${repository.name}`]
      Object.assign(repository, { owner, name, formerNames })
    },
    byName(fullName: string): Repository | undefined {
      const wanted = fullName.toLowerCase()
      return [...repositories.values()].find((one) => `${one.owner}/${one.name}`.toLowerCase() === wanted)
    },
    byFormerName(fullName: string): Repository | undefined {
      const wanted = fullName.toLowerCase()
      return [...repositories.values()].find((one) =>
        one.formerNames.some((former) => former.toLowerCase() === wanted),
      )
    },
  }
}

export type State = ReturnType<typeof createState>
