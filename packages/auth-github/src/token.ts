import type { Credential } from '@nmr/core'

/** A GitHub token that somebody presented. */
export interface Token {
  readonly value: string
  /** Its name in the cache. */
  readonly hash: string
  /** `installation`: an app's own or a workflow's token, behind which there is no person. */
  readonly holder: 'person' | 'installation'
}

/** Longer ones are not tokens of GitHub's: the longest, those of installations, have some 500 characters. */
const MAX_LENGTH = 4096

/**
 * The token in a credential: the bearer token, or the password, whatever user name npm or yarn sent beside it. Text
 * that could not stand in a header is no token: GitHub is not asked about it.
 *
 * @param hash as `AnswerCache` makes it; it takes a good part of the time that a decision at hand takes, so it is made
 *   once a request
 */
export function tokenOf(credential: Credential, hash: (token: string) => string): Token | undefined {
  const value = credential.kind === 'bearer' ? credential.token : credential.password
  if (value.length > MAX_LENGTH || !/^[\x21-\x7e]+$/.test(value)) return undefined
  return { value, hash: hash(value), holder: value.startsWith('ghs_') ? 'installation' : 'person' }
}
