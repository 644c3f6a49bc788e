/** What GitHub said to one question, reduced to what decisions need: this is what is cached. */
export interface Answer {
  /** When the question was sent, in milliseconds since 1970: a later revocation is not in the answer. */
  readonly asked: number
  /** The HTTP status; 200 also where a 304 confirmed it. */
  readonly status: number
  /** Belongs to the token that asked: GitHub's entity tags differ between tokens. */
  readonly etag?: string
  /** Of `x-oauth-scopes`; absent with tokens that have no scopes: fine-grained ones and those of apps. */
  readonly scopes?: readonly string[]
  /** Where the token's holder authorises the token for an organisation's single sign-on. */
  readonly sso?: string
  /** GitHub's own words with a refusal. */
  readonly message?: string
  readonly repository?: RepositoryFacts
  readonly user?: UserFacts
  /** The id of the repository that one asked for by an old name has now. */
  readonly movedTo?: number
}

/** A repository as GitHub shows it to one token. */
export interface RepositoryFacts {
  readonly id: number
  readonly owner: string
  readonly name: string
  /** True unless GitHub says otherwise; so is `archived`. */
  readonly isPrivate: boolean
  readonly isArchived: boolean
  /** What the *person* may do; absent where GitHub says nothing, as to workflows' tokens. */
  readonly permissions?: Readonly<Record<'admin' | 'push' | 'pull', boolean>>
}

export interface UserFacts {
  readonly login: string
  readonly name?: string
  readonly email?: string
}
