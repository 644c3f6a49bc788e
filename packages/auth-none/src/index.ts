import type { Authorizer, Decision } from '@nmr/core'

const granted: Decision = {
  outcome: 'granted',
  reason: 'this registry lets everybody do everything (auth.type: none)',
  until: Number.POSITIVE_INFINITY,
}

/** What a login's token starts with; the rest is the name that was given. */
const TOKEN_START = 'anybody-'

/**
 * Lets everybody do everything, for development. A credential only says what to call somebody: the name of their
 * login or of Basic authentication, `anonymous` otherwise.
 */
export function createOpenAuthorizer(): Authorizer {
  return {
    async authenticate(credential) {
      if (credential?.kind === 'basic') return { name: credential.username || 'anonymous' }
      return { name: nameIn(credential?.token ?? '') || 'anonymous' }
    },
    async login(username) {
      const token = TOKEN_START + Buffer.from(username).toString('base64url')
      return { principal: { name: username }, token }
    },
    decide: async () => granted,
    explain: async () => ({ decision: granted, rule: 'open', ruleText: granted.reason, answers: [] }),
    async close() {},
  }
}

function nameIn(token: string): string {
  if (!token.startsWith(TOKEN_START)) return ''
  return Buffer.from(token.slice(TOKEN_START.length), 'base64url').toString('utf8').slice(0, 214)
}
