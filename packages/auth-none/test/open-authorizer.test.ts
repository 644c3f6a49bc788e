import { createOpenAuthorizer } from '@nmr/auth-none'
import { actions, parsePackageName } from '@nmr/core'
import { authorizerSuite } from '@nmr/core/testing'
import { describe, it } from 'vitest'

const everything = {
  subject: { name: parsePackageName('@acme/widget') },
  may: actions,
  otherwise: 'denied',
} as const

authorizerSuite({ describe, it }, 'none', async () => ({
  open: async () => createOpenAuthorizer(),
  openCutOff: async () => createOpenAuthorizer(),
  people: [
    { who: 'nobody', name: 'anonymous', ...everything },
    {
      who: 'a bearer of a token',
      credential: { kind: 'bearer', token: 'any' },
      name: 'anonymous',
      ...everything,
    },
    {
      who: 'a user',
      credential: { kind: 'basic', username: 'alice', password: 'secret' },
      name: 'alice',
      ...everything,
    },
  ],
  dispose: async () => {},
}))
