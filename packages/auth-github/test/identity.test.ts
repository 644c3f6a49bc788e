import { describe, expect, it } from 'vitest'
import { forItsAsker } from '../src/index.ts'
import { ask as askOf, governed, openTestBed, ungoverned } from './support.ts'

async function setUp(prefix: '' | '/api/v3' = '', host = 'github.com') {
  const bed = await openTestBed({ host }, prefix)
  bed.github.addUser('wendy', { name: 'Wendy W', email: 'wendy@acme.test' })
  bed.github.addUser('rita')
  const tools = bed.github.addRepository('acme/tools', { roles: { wendy: 'write', rita: 'read' } })
  return {
    ...bed,
    tools,
    wendy: bed.github.addToken('classic', { login: 'wendy', scopes: ['repo'] }),
    rita: bed.github.addToken('fine-grained', { login: 'rita', contents: 'read', repositories: [tools.id] }),
  }
}

describe('a credential', () => {
  it('tells who its holder is', async () => {
    const { authorizer, wendy, rita } = await setUp()
    const user = { login: 'wendy', name: 'Wendy W', email: 'wendy@acme.test' }
    expect(await authorizer.identify({ kind: 'bearer', token: wendy.value })).toEqual(user)
    expect(await authorizer.identify({ kind: 'bearer', token: rita.value })).toEqual({ login: 'rita' })
    const principal = await authorizer.authenticate({ kind: 'bearer', token: wendy.value })
    expect(principal).toEqual({ name: 'wendy', email: 'wendy@acme.test' })
  })

  it('logs its holder in under their own name, and is what the client keeps', async () => {
    const { authorizer, wendy, github } = await setUp()
    expect(await authorizer.login('Wendy', wendy.value)).toEqual({
      principal: { name: 'wendy', email: 'wendy@acme.test' },
      token: wendy.value,
    })
    const bot = github.addToken('workflow').value
    expect(await authorizer.login('whoever', bot)).toMatchObject({ token: bot })
    expect(await authorizer.login('rita', wendy.value)).toBeUndefined()
    expect(await authorizer.login('wendy', 'ghp_unknown')).toBeUndefined()
    expect(await authorizer.login('wendy', '')).toBeUndefined()
  })

  it('may be a user name and the token as password', async () => {
    const { authorizer, wendy } = await setUp()
    for (const username of ['wendy', 'x-access-token', '']) {
      const credential = { kind: 'basic', username, password: wendy.value } as const
      expect(await authorizer.authenticate(credential)).toMatchObject({ name: 'wendy' })
    }
    const reversed = { kind: 'basic', username: wendy.value, password: '' } as const
    expect(await authorizer.authenticate(reversed)).toBeUndefined()
  })

  it.each(['workflow', 'installation'] as const)(
    'of kind %s has a name although no person holds it',
    async (kind) => {
      const { authorizer, github } = await setUp()
      const credential = { kind: 'bearer', token: github.addToken(kind).value } as const
      expect(await authorizer.authenticate(credential)).toEqual({ name: 'github-actions[bot]' })
      const unknown = { kind: 'bearer', token: 'ghs_unknown' } as const
      expect(await authorizer.authenticate(unknown)).toBeUndefined()
    },
  )

  it.each(['', ' ', 'ghp_a b', 'ghp_ä', 'ghp_\n', 'x'.repeat(5000)])(
    'that could not be sent to GitHub is nobody’s: %j',
    async (token) => {
      const { authorizer, github } = await setUp()
      expect(await authorizer.authenticate({ kind: 'bearer', token })).toBeUndefined()
      expect(await authorizer.identify({ kind: 'bearer', token })).toBeUndefined()
      expect(github.calls).toHaveLength(0)
    },
  )

  it('is not looked at when it may wait, and its holder has a name once something is written', async () => {
    const { authorizer, github, wendy, tools } = await setUp()
    const credential = { kind: 'bearer', token: wendy.value } as const
    const principal = await authorizer.authenticate(credential, { lazily: true })
    expect(principal?.name).toBe('unverified token')
    expect(github.calls).toHaveLength(0)
    await authorizer.decide(principal, 'star', governed('@acme/x', tools))
    expect(principal).toEqual({ name: 'wendy', email: 'wendy@acme.test' })
    const again = await authorizer.authenticate(credential, { lazily: true })
    expect(again).toEqual({ name: 'wendy', email: 'wendy@acme.test' })
  })

  it('that turns out not to hold makes its holder nobody', async () => {
    const { authorizer, tools } = await setUp()
    const principal = await authorizer.authenticate(
      { kind: 'bearer', token: 'ghp_unknown' },
      { lazily: true },
    )
    expect(await authorizer.decide(principal, 'read', governed('@acme/x', tools))).toEqual({
      outcome: 'denied',
      reason: expect.stringContaining('GitHub does not accept your token'),
      unauthenticated: true,
    })
  })

  it('of an account that GitHub has shut is nobody’s', async () => {
    const { authorizer, github, tools } = await setUp()
    tools.roles = { gone: 'admin' }
    const token = github.addToken('classic', { login: 'gone', scopes: ['repo'] }).value
    expect(await authorizer.authenticate({ kind: 'bearer', token })).toBeUndefined()
    const lazy = await authorizer.authenticate({ kind: 'bearer', token }, { lazily: true })
    expect(await authorizer.decide(lazy, 'publish', governed('@acme/x', tools))).toMatchObject({
      outcome: 'denied',
      unauthenticated: true,
    })
  })

  it('of a principal whom somebody else made up counts for nothing', async () => {
    const { authorizer, tools } = await setUp()
    const decision = await authorizer.decide({ name: 'wendy' }, 'publish', governed('@acme/x', tools))
    expect(decision).toMatchObject({ outcome: 'denied' })
  })
})

describe('an enterprise server', () => {
  it('is asked under its own prefix, and only its repositories count', async () => {
    const { ask, github, wendy } = await setUp('/api/v3', 'ghe.acme.test')
    const claim = ungoverned('@acme/y', 'git+https://ghe.acme.test/acme/tools.git')
    expect(await ask(wendy, 'publish', claim)).toMatchObject({
      outcome: 'granted',
      repository: { host: 'ghe.acme.test', owner: 'acme', name: 'tools' },
    })
    expect(github.apiUrl).toMatch(/\/api\/v3$/)
    const elsewhere = ungoverned('@acme/y', 'https://github.com/acme/tools')
    expect(await ask(wendy, 'publish', elsewhere)).toMatchObject({ outcome: 'denied' })
  })

  it('does not govern with the number of a repository that is on another host', async () => {
    const { ask, wendy, tools } = await setUp('/api/v3', 'ghe.acme.test')
    expect(await ask(wendy, 'read', governed('@acme/x', tools))).toMatchObject({ outcome: 'hidden' })
    expect(await ask(wendy, 'publish', governed('@acme/x', tools))).toMatchObject({ outcome: 'hidden' })
  })
})

describe('an explanation', () => {
  it('holds what governs, what GitHub said, the rule, and how old the answer is', async () => {
    const { authorizer, wendy, tools, clock } = await setUp()
    const principal = await authorizer.authenticate({ kind: 'bearer', token: wendy.value })
    const subject = governed('@acme/x', tools)
    await askOf(authorizer, wendy, 'read', subject)
    clock.advance(12_000)
    const explanation = await authorizer.explainWhole(principal, 'publish', subject)
    expect(explanation).toEqual({
      decision: {
        outcome: 'granted',
        reason: 'acme/tools governs @acme/x: your token has the permission write there',
      },
      rule: 'may_write',
      ruleText: 'whoever may write to the repository may publish its packages',
      repository: { host: 'github.com', owner: 'acme', name: 'tools', id: tools.id },
      answers: [
        {
          question: `GET /repositories/${tools.id}`,
          status: 200,
          age: 12,
          cached: true,
          scopes: ['repo'],
          permissions: ['push', 'pull'],
          repositoryIs: ['private'],
        },
      ],
    })
    expect(forItsAsker(explanation)).toBe(explanation)
    expect(JSON.stringify(explanation)).not.toContain(wendy.value)
  })

  it('holds what the probes were told', async () => {
    const { authorizer, rita, tools } = await setUp()
    tools.roles = { rita: 'write' }
    const principal = await authorizer.authenticate({ kind: 'bearer', token: rita.value })
    const { rule, answers } = await authorizer.explainWhole(principal, 'publish', governed('@acme/x', tools))
    expect(rule).toBe('no_contents_write')
    expect(answers.map(({ question, status, message }) => [question, status, message])).toEqual([
      [`GET /repositories/${tools.id}`, 200, undefined],
      [`GET /repositories/${tools.id}/branches?per_page=1`, 200, undefined],
      [`POST /repositories/${tools.id}/git/refs`, 403, 'Resource not accessible by personal access token'],
    ])
  })

  it('tells a stranger nothing of a hidden package that it would not tell of an absent one', async () => {
    const { authorizer, github } = await setUp()
    github.addUser('sid')
    const sid = github.addToken('classic', { login: 'sid', scopes: ['repo'] })
    const principal = await authorizer.authenticate({ kind: 'bearer', token: sid.value })
    const secret = governed('@acme/x', github.addRepository('acme/secret'))
    const readless = governed('@acme/x', github.addRepository('acme/odd', { isPrivate: false }))
    for (const caller of [principal, undefined]) {
      const hidden = await authorizer.explainWhole(caller, 'read', secret)
      const absent = await authorizer.explainWhole(caller, 'read', ungoverned('@acme/x'))
      expect(hidden.repository).toMatchObject({ name: 'secret' })
      expect(forItsAsker(hidden)).toEqual(forItsAsker(absent))
    }
    github.faults.tamper = (_, body) => ({ ...(body as object), permissions: undefined })
    const pull = await authorizer.explainWhole(principal, 'read', readless)
    expect(pull.rule).toBe('no_pull')
    expect(forItsAsker(pull)).toEqual(
      forItsAsker(await authorizer.explainWhole(principal, 'read', ungoverned('@acme/x'))),
    )
  })
})
