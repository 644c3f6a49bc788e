import { actions, parsePackageName } from '@nmr/core'
import { authorizerSuite, createMemoryAuthorizer } from '@nmr/core/testing'
import { describe, expect, it } from 'vitest'

const people = {
  alice: { token: 'alice-token', email: 'alice@example.com', may: { '@acme': 'everything' } },
  bob: { token: 'bob-token', may: { '@acme/widget': ['read', 'star'], '@acme': ['star'] } },
  carol: { token: 'carol-token', may: { '*': ['read'] } },
  mallory: { token: 'mallory-token', may: { '@acme': ['publish'], constructor: 'everything' } },
} as const

const widget = { name: parsePackageName('@acme/widget') }
const other = { name: parsePackageName('other') }
const alice = { credential: { kind: 'bearer', token: 'alice-token' }, name: 'alice' } as const
const bob = { credential: { kind: 'basic', username: 'bob', password: 'bob-token' }, name: 'bob' } as const
const carol = { credential: { kind: 'bearer', token: 'carol-token' }, name: 'carol' } as const
const mallory = { credential: { kind: 'bearer', token: 'mallory-token' }, name: 'mallory' } as const

authorizerSuite({ describe, it }, 'memory', async () => ({
  open: async () => createMemoryAuthorizer(people),
  async openCutOff() {
    const authorizer = createMemoryAuthorizer(people)
    authorizer.setReachable(false)
    return authorizer
  },
  people: [
    { who: 'an owner', ...alice, subject: widget, may: actions, otherwise: 'denied' },
    { who: 'an owner of other packages', ...alice, subject: other, may: [], otherwise: 'hidden' },
    { who: 'a reader', ...bob, subject: widget, may: ['read', 'star'], otherwise: 'denied' },
    { who: 'a reader of everything', ...carol, subject: other, may: ['read'], otherwise: 'denied' },
    { who: 'a publisher who may not read', ...mallory, subject: widget, may: [], otherwise: 'hidden' },
    { who: 'nobody', subject: widget, may: [], otherwise: 'denied' },
    {
      who: "a bearer of somebody's name",
      credential: { kind: 'bearer', token: 'alice' },
      subject: widget,
      may: [],
      otherwise: 'denied',
    },
    {
      who: "a user with another's password",
      credential: { kind: 'basic', username: 'alice', password: 'bob-token' },
      subject: widget,
      may: [],
      otherwise: 'denied',
    },
  ],
  dispose: async () => {},
}))

describe('a memory authorizer', () => {
  it('hides everything from people who are not in its table', async () => {
    const decision = await createMemoryAuthorizer(people).decide({ name: 'eve' }, 'read', widget)
    expect(decision.outcome).toBe('hidden')
  })

  it('binds a published package to the repository that it is told', async () => {
    const repository = { host: 'github.com', owner: 'acme', name: 'widget', id: 1 }
    const authorizer = createMemoryAuthorizer(people, ({ claimed }) =>
      claimed === 'github:acme/widget' ? repository : undefined,
    )
    const decide = (claimed: string) =>
      authorizer.decide({ name: 'alice' }, 'publish', { ...widget, claimed })
    expect(await decide('github:acme/widget')).toMatchObject({ outcome: 'granted', repository })
    expect(await decide('github:acme/other')).not.toHaveProperty('repository')
  })
})
