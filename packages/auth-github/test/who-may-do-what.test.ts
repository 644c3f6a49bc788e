import { type Action, actions, type Subject } from '@nmr/core'
import { describe, expect, it } from 'vitest'
import type { GithubToken, Repository } from '../../../test/github/state.ts'
import type { GithubAuthorizerOptions } from '../src/index.ts'
import { governed, openTestBed, type TestBed } from './support.ts'

/** What a token may do on a repository, at most. `nothing` may be seen, or has to stay hidden. */
type Power = 'admin' | 'write' | 'read' | 'hidden' | 'nobody'

interface Holder {
  readonly who: string
  readonly may: Power
  /** The word that the refusal of a publish has to hold. */
  readonly because?: string
  readonly token: (bed: TestBed, repository: Repository) => GithubToken | string | undefined
  readonly repository?: Partial<Repository>
  readonly options?: GithubAuthorizerOptions
}

const roles = { wendy: 'write', adam: 'admin', mia: 'maintain', rita: 'read', trudy: 'triage' } as const

const classic =
  (login: string, scopes = ['repo']) =>
  ({ github }: TestBed) =>
    github.addToken('classic', { login, scopes })
const fineGrained =
  (login: string, contents: GithubToken['contents']) =>
  ({ github }: TestBed, { id }: Repository) =>
    github.addToken('fine-grained', { login, contents, repositories: [id] })

const holders: Holder[] = [
  { who: 'an admin', may: 'admin', token: classic('adam') },
  { who: 'a maintainer', may: 'write', because: 'admin', token: classic('mia') },
  { who: 'a writer', may: 'write', because: 'admin', token: classic('wendy') },
  { who: 'somebody with triage', may: 'read', because: 'write (push)', token: classic('trudy') },
  { who: 'a reader', may: 'read', because: 'write (push)', token: classic('rita') },
  { who: 'a stranger', may: 'hidden', token: classic('sid') },
  { who: 'nobody', may: 'nobody', because: 'log in', token: () => undefined },
  { who: 'an unknown token', may: 'nobody', because: 'does not accept', token: () => 'ghp_never_made' },
  { who: 'what is no token', may: 'nobody', because: 'does not accept', token: () => 'ghp_a\r\nx: y' },
  {
    who: 'a revoked token of an admin',
    may: 'nobody',
    because: 'does not accept',
    token: ({ github }) => github.addToken('classic', { login: 'adam', scopes: ['repo'], isRevoked: true }),
  },
  {
    who: 'an expired token of an admin',
    may: 'nobody',
    because: 'does not accept',
    token: ({ github, clock }) =>
      github.addToken('classic', {
        login: 'adam',
        scopes: ['repo'],
        expires: new Date(clock().getTime() - 1),
      }),
  },
  {
    who: 'an OAuth token of a writer',
    may: 'write',
    because: 'admin',
    token: ({ github }) => github.addToken('oauth', { login: 'wendy', scopes: ['repo', 'gist'] }),
  },
  { who: "an admin's classic token without scopes", may: 'hidden', token: classic('adam', []) },
  {
    who: "an admin's classic token with other scopes",
    may: 'hidden',
    token: classic('adam', ['read:packages', 'repo:status']),
  },
  {
    who: "an admin's public_repo-only token, on a private repository",
    may: 'hidden',
    token: classic('adam', ['public_repo']),
  },
  {
    who: "an admin's public_repo-only token, on a public repository",
    may: 'admin',
    repository: { isPrivate: false },
    token: classic('adam', ['public_repo']),
  },
  {
    who: "an admin's classic token without scopes, on a public repository",
    may: 'read',
    because: 'scope repo or public_repo',
    repository: { isPrivate: false },
    token: classic('adam', []),
  },
  {
    who: 'a stranger, on a public repository',
    may: 'read',
    because: 'write (push)',
    repository: { isPrivate: false },
    token: classic('sid'),
  },
  {
    who: 'nobody, on a public repository',
    may: 'nobody',
    because: 'log in',
    repository: { isPrivate: false },
    token: () => undefined,
  },
  { who: "an admin's fine-grained token that may write", may: 'admin', token: fineGrained('adam', 'write') },
  {
    who: "a writer's fine-grained token that may write",
    may: 'write',
    because: 'admin',
    token: fineGrained('wendy', 'write'),
  },
  {
    who: "an admin's fine-grained token that may only read",
    may: 'read',
    because: 'Contents: write',
    token: fineGrained('adam', 'read'),
  },
  {
    who: "an admin's fine-grained token that may only see metadata",
    may: 'hidden',
    token: fineGrained('adam', 'none'),
  },
  {
    who: "a reader's fine-grained token that claims to write",
    may: 'read',
    because: 'write (push)',
    token: fineGrained('rita', 'write'),
  },
  {
    who: "an admin's fine-grained token for other repositories",
    may: 'hidden',
    token: ({ github }) =>
      github.addToken('fine-grained', { login: 'adam', contents: 'write', repositories: [99] }),
  },
  {
    who: "a writer's app user token that may only read",
    may: 'read',
    because: 'Contents: write',
    token: ({ github }) => github.addToken('app-user', { login: 'wendy', contents: 'read' }),
  },
  {
    who: "an admin's fine-grained token that may only read, where writes are not proven",
    may: 'admin',
    options: { writeProbe: false },
    token: fineGrained('adam', 'read'),
  },
  ...(['workflow', 'installation'] as const).flatMap((kind): Holder[] => [
    {
      who: `a ${kind} token that may write contents`,
      may: 'write',
      because: 'admin',
      token: ({ github }, { id }) => github.addToken(kind, { repositories: [id], contents: 'write' }),
    },
    {
      who: `a ${kind} token that may read contents`,
      may: 'read',
      because: 'Contents: write',
      token: ({ github }, { id }) => github.addToken(kind, { repositories: [id], contents: 'read' }),
    },
    {
      who: `a ${kind} token that may read contents, where persons' writes are not proven`,
      may: 'read',
      because: 'Contents: write',
      options: { writeProbe: false },
      token: ({ github }, { id }) => github.addToken(kind, { repositories: [id], contents: 'read' }),
    },
    {
      who: `a ${kind} token without contents`,
      may: 'hidden',
      token: ({ github }, { id }) => github.addToken(kind, { repositories: [id] }),
    },
    {
      who: `a ${kind} token of another repository`,
      may: 'hidden',
      token: ({ github }) => github.addToken(kind, { repositories: [99], contents: 'write' }),
    },
  ]),
  {
    who: 'an admin, on an archived repository',
    may: 'read',
    because: 'archived',
    repository: { isArchived: true },
    token: classic('adam'),
  },
  {
    who: 'a workflow token, on an archived repository',
    may: 'read',
    because: 'archived',
    repository: { isArchived: true },
    token: ({ github }, { id }) => github.addToken('workflow', { repositories: [id], contents: 'write' }),
  },
  {
    who: 'a writer, where unpublishing takes write',
    may: 'admin',
    options: { unpublish: 'write' },
    token: classic('wendy'),
  },
]

const needs: Record<Action, 'read' | 'write' | 'admin'> = {
  read: 'read',
  star: 'read',
  publish: 'write',
  tag: 'write',
  deprecate: 'write',
  maintain: 'write',
  unpublish_version: 'write',
  unpublish_package: 'admin',
}

function expected(may: Power, action: Action): string {
  if (may === 'nobody') return 'denied'
  if (may === 'hidden') return 'hidden'
  const order = ['read', 'write', 'admin']
  return order.indexOf(needs[action]) <= order.indexOf(may) ? 'granted' : 'denied'
}

describe.each(holders)('$who', ({ token, may, because = '', repository: more, options }) => {
  async function setUp() {
    const bed = await openTestBed(options)
    for (const login of [...Object.keys(roles), 'sid']) bed.github.addUser(login)
    const repository = bed.github.addRepository('acme/tools', { roles: { ...roles }, ...more })
    return { ...bed, repository, token: token(bed, repository), subject: governed('@acme/x', repository) }
  }

  it(`may do what ${may} may, and nothing more`, async () => {
    const { ask, token, subject, github } = await setUp()
    const outcomes: Partial<Record<Action, string>> = {}
    for (const action of actions) outcomes[action] = (await ask(token, action, subject)).outcome
    expect(outcomes).toEqual(Object.fromEntries(actions.map((action) => [action, expected(may, action)])))
    expect(github.calls.some(({ status }) => status === 201)).toBe(false)
  })

  if (because !== '')
    it('is told why', async () => {
      const { ask, token, subject } = await setUp()
      const action: Action = may === 'write' ? 'unpublish_package' : 'publish'
      const { reason } = await ask(token, action, subject)
      expect(reason).toContain(because)
      if (may !== 'nobody') expect(reason).toContain('acme/tools')
    })

  it('is told nothing of the repository when it may not see the package', async () => {
    const { ask, token, subject } = await setUp()
    const { reason } = await ask(token, 'read', subject)
    expect(reason.includes('acme/tools')).toBe(!['hidden', 'nobody'].includes(may))
  })
})

describe('unpublishing where it takes admin', () => {
  it('takes it for a version as well', async () => {
    const { github, ask } = await openTestBed({ unpublish: 'admin' })
    github.addUser('wendy')
    const subject: Subject = governed('@acme/x', github.addRepository('acme/tools', { roles }))
    const token = github.addToken('classic', { login: 'wendy', scopes: ['repo'] })
    expect(await ask(token, 'unpublish_version', subject)).toMatchObject({ outcome: 'denied' })
    expect(await ask(token, 'publish', subject)).toMatchObject({ outcome: 'granted' })
  })
})
