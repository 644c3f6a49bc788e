import type { Answer } from './answer.ts'

/** What an action takes on the repository that governs a package. */
export type Need = 'read' | 'write' | 'admin'

/** Who asks for it. */
export interface Asker {
  readonly holder: 'nobody' | 'person' | 'installation'
  /** Whether the writes of tokens without scopes are proven, for persons; those of installations always are. */
  readonly writeProbe: boolean
}

/** GitHub's answers so far. */
export interface Evidence {
  readonly repository?: Answer
  readonly contents_read?: Answer
  readonly contents_write?: Answer
}

/** A decision, and the rule that made it. */
export interface Verdict {
  /** `refused`: the token does not hold. `hidden`: the asker may not know of the repository. */
  readonly outcome: 'granted' | 'denied' | 'hidden' | 'refused'
  readonly rule: Rule
  /** What is missing or was found, as the end of a sentence about the repository. */
  readonly because: string
}

export type Rule = keyof typeof rules

/** Each rule, as `explain` shows it. */
export const rules = {
  no_token: 'whoever sends no token may not do this',
  token_refused: 'a token that GitHub does not accept is no token',
  token_accepted: 'before there is a manifest, a token that GitHub accepts may try to publish',
  sso: 'a token has to be authorised for an organisation with single sign-on',
  not_visible: 'who may not see the repository may not know of the package',
  public: 'a public repository may be read without a token, where the operator allows it',
  not_public: 'only public repositories may be read without a token',
  no_pull: 'reading takes the permission to read (pull) the repository',
  no_contents_read: "reading takes a token that may read the repository's contents",
  may_read: 'whoever may read the repository may read its packages',
  archived: 'an archived repository takes no writes',
  no_scope: 'writing with a classic token takes its scope repo, or public_repo for a public repository',
  no_push: 'writing takes the permission to write (push) to the repository',
  no_admin: 'unpublishing this takes the admin permission on the repository',
  no_contents_write: "writing takes a token that may write the repository's contents",
  may_write: 'whoever may write to the repository may publish its packages',
  claim_unreadable: 'the repository of a manifest has to be named in full, on the GitHub that is asked',
  claim_not_visible: 'only a repository that the token can see may govern a package',
  claim_not_writable: 'only who may write to a repository may let it govern a package',
  scope_owner: "a package's scope is its repository's owner, unless the operator maps it to others",
} as const

/**
 * Judges from GitHub's answers alone, or names the question whose answer is missing. What an answer does not say is
 * a no.
 */
export function judge(need: Need, asker: Asker, evidence: Evidence): Verdict | keyof Evidence {
  const { repository, contents_read, contents_write } = evidence
  for (const answer of [repository, contents_read, contents_write]) {
    if (answer?.status === 401) return refusedToken
    if (answer?.sso !== undefined) return needsSso(answer.sso)
  }
  if (repository === undefined) return 'repository'
  const facts = repository.status === 200 ? repository.repository : undefined
  if (facts === undefined) return verdict('hidden', 'not_visible', `GitHub answered ${repository.status}`)
  const { permissions, isPrivate, isArchived } = facts

  if (asker.holder === 'nobody') {
    if (isPrivate || need !== 'read') return verdict('hidden', 'not_public', 'it is not public')
    return verdict('granted', 'public', 'it is public')
  }

  // An installation has no role of its own: GitHub shows it none, or one without any permission.
  const isPerson = asker.holder === 'person'
  const scopes = isPerson ? repository.scopes : undefined
  if (isPerson && permissions?.pull !== true)
    return verdict('hidden', 'no_pull', 'it grants no read permission')
  if (scopes === undefined) {
    if (contents_read === undefined) return 'contents_read'
    if (contents_read.status !== 200) {
      return verdict('hidden', 'no_contents_read', 'the token lacks the permission "Contents: read"')
    }
  }
  if (need === 'read') return verdict('granted', 'may_read', 'your token may read it')

  if (isArchived) return verdict('denied', 'archived', 'it is archived on GitHub, and takes no writes')
  if (scopes !== undefined && !scopes.includes('repo') && (isPrivate || !scopes.includes('public_repo'))) {
    const wanted = isPrivate ? 'repo' : 'repo or public_repo'
    return verdict('denied', 'no_scope', `the token lacks the scope ${wanted}`)
  }
  if (isPerson && permissions?.push !== true) {
    return verdict('denied', 'no_push', 'you lack the permission write (push) there')
  }
  if (need === 'admin' && permissions?.admin !== true) {
    return verdict('denied', 'no_admin', 'you lack the permission admin there')
  }
  if (scopes === undefined && (asker.writeProbe || !isPerson)) {
    if (contents_write === undefined) return 'contents_write'
    if (contents_write.status !== 422) {
      const said = contents_write.message ? ` (GitHub: ${contents_write.message})` : ''
      return verdict('denied', 'no_contents_write', `the token lacks the permission "Contents: write"${said}`)
    }
  }
  return verdict(
    'granted',
    'may_write',
    `your token has the permission ${need === 'admin' ? 'admin' : 'write'} there`,
  )
}

/** For a token that GitHub does not accept. */
export const refusedToken = verdict('refused', 'token_refused', 'GitHub does not accept the token')

/** @param url where the token's holder can authorise it */
export function needsSso(url: string): Verdict {
  return verdict(
    'denied',
    'sso',
    `GitHub asks for single sign-on: authorise your token at ${url} and try again`,
  )
}

/** Puts a verdict together. */
export function verdict(outcome: Verdict['outcome'], rule: Rule, because: string): Verdict {
  return { outcome, rule, because }
}
