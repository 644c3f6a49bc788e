import type { Authorizer } from '@nmr/core'

/**
 * Lets everybody do everything, for development. A credential only says what to call somebody: the user name of
 * Basic authentication, `anonymous` otherwise.
 */
export function createOpenAuthorizer(): Authorizer {
  return {
    async authenticate(credential) {
      return { name: (credential?.kind === 'basic' && credential.username) || 'anonymous' }
    },
    async decide() {
      return { outcome: 'granted', reason: 'this registry lets everybody do everything (auth.type: none)' }
    },
    async close() {},
  }
}
