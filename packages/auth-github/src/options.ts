import type { GoverningRepository, PackageName } from '@nmr/core'

/** What an operator, and whoever puts a registry together, may choose. */
export interface GithubAuthorizerOptions {
  /** The GitHub to ask, and the only host whose repositories may govern packages. Default: `github.com`. */
  readonly host?: string
  /** The address of its REST API. Default: GitHub's own, or `https://HOST/api/v3` on another host. */
  readonly apiUrl?: string
  /** The owners whose repositories may publish under a scope, in the place of the owner of the same name. */
  readonly scopes?: Readonly<Record<string, readonly string[]>>
  /** Whether the packages of public repositories may be read without a token. Default: no. */
  readonly anonymousRead?: boolean
  /** What unpublishing takes. Default: `admin` for a whole package, `write` for a version. */
  readonly unpublish?: 'write' | 'admin'
  /** Whether a person's token without scopes has to prove that it may write. Default: yes. */
  readonly writeProbe?: boolean
  readonly cache?: GithubCacheOptions
  /** Milliseconds until GitHub is taken to be silent. Default: 10,000, after which GitHub itself gives up. */
  readonly timeout?: number
  readonly clock?: () => Date
  /** Told when a publish is about to move a package to another repository. */
  readonly onMove?: (move: RepositoryMove) => void
}

export interface GithubCacheOptions {
  /** A folder for GitHub's answers, to outlive a restart. Absent: they are kept in memory only. */
  readonly path?: string
  /** Seconds for which a permission holds without asking again: the longest that a revoked token works. Default: 60. */
  readonly ttl?: number
  /** Seconds for which a refusal holds. Default: 10. */
  readonly negativeTtl?: number
  /** Seconds for which reads hold beyond `ttl` while GitHub does not answer. Default: 0. */
  readonly staleIfError?: number
}

/** A package that is about to be governed by another repository. */
export interface RepositoryMove {
  readonly name: PackageName
  readonly from: GoverningRepository
  readonly to: GoverningRepository
  /** The login of whoever publishes. */
  readonly by: string
}

/** Seconds for which a revoked token or a lost permission works at most, unless configured otherwise. */
export const DEFAULT_TTL = 60
const DEFAULT_NEGATIVE_TTL = 10
const DEFAULT_HOST = 'github.com'

/** The options with all defaults; durations in milliseconds, scopes and owners in lower case. */
export interface Policy {
  readonly host: string
  readonly apiUrl: string
  readonly ownersOf: (scope: string) => readonly string[]
  readonly anonymousRead: boolean
  readonly unpublish: { readonly package: 'write' | 'admin'; readonly version: 'write' | 'admin' }
  readonly writeProbe: boolean
  readonly ttl: number
  readonly negativeTtl: number
  readonly staleIfError: number
}

export function policyOf(options: GithubAuthorizerOptions): Policy {
  const { host = DEFAULT_HOST, apiUrl = apiOf(host), scopes = {}, cache = {}, unpublish } = options
  const { ttl = DEFAULT_TTL, negativeTtl = DEFAULT_NEGATIVE_TTL, staleIfError = 0 } = cache
  const owners = new Map(Object.entries(scopes).map(([scope, of]) => [withoutAt(scope), of.map(lower)]))
  return {
    host: lower(host),
    apiUrl: apiUrl.replace(/\/+$/, ''),
    ownersOf: (scope) => owners.get(withoutAt(scope)) ?? [withoutAt(scope)],
    anonymousRead: options.anonymousRead ?? false,
    unpublish: { package: unpublish ?? 'admin', version: unpublish ?? 'write' },
    writeProbe: options.writeProbe ?? true,
    ttl: ttl * 1000,
    negativeTtl: Math.min(negativeTtl, ttl) * 1000,
    staleIfError: staleIfError * 1000,
  }
}

function apiOf(host: string): string {
  return lower(host) === DEFAULT_HOST ? 'https://api.github.com' : `https://${lower(host)}/api/v3`
}

function withoutAt(scope: string): string {
  return lower(scope.replace(/^@/, ''))
}

function lower(text: string): string {
  return text.toLowerCase()
}
