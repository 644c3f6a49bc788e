import { describe, expect, it } from 'vitest'
import { DEFAULT_TTL, type GithubAuthorizerOptions } from '../src/index.ts'
import { governed, openTestBed, ungoverned } from './support.ts'

async function setUp(options: GithubAuthorizerOptions = {}) {
  const bed = await openTestBed(options)
  bed.github.addUser('wendy')
  const tools = bed.github.addRepository('acme/tools', { roles: { wendy: 'write' } })
  const wendy = bed.github.addToken('classic', { login: 'wendy', scopes: ['repo'] })
  return { ...bed, tools, wendy, subject: governed('@acme/x', tools) }
}

const outages = ['refuse', 'html', 'portal', 'malformed', 'silent'] as const

describe.each(outages)('while GitHub is out (%s)', (outage) => {
  // Long enough for a busy machine to answer when it is to answer.
  const options = { timeout: outage === 'silent' ? 500 : 10_000 }

  it('nobody may do anything that is not known yet, and people are told to try again', async () => {
    const { ask, github, wendy, subject } = await setUp(options)
    github.faults.outage = outage
    const asked = await Promise.all([
      ask(wendy, 'read', subject),
      ask(wendy, 'publish', subject),
      ask(wendy, 'publish', ungoverned('@acme/y', 'acme/tools')),
      ask(wendy, 'read', ungoverned('@acme/nosuch')),
    ])
    for (const answer of asked) {
      expect(answer).toEqual({
        outcome: 'unavailable',
        reason: expect.stringMatching(/^GitHub.*try again$/),
        retryAfter: expect.any(Number),
      })
    }
  })

  it('it is not asked by every request, and recovers by itself', async () => {
    const { ask, github, wendy, subject, clock } = await setUp(options)
    github.faults.outage = outage
    for (let n = 0; n < 10; n++)
      expect(await ask(wendy, 'read', subject)).toMatchObject({ outcome: 'unavailable' })
    expect(github.calls).toHaveLength(1)
    github.faults.outage = undefined
    clock.advance(1000)
    expect(await ask(wendy, 'read', subject)).toMatchObject({ outcome: 'granted' })
  })

  it('what is known holds for its time and no longer', async () => {
    const { ask, github, wendy, subject, clock } = await setUp(options)
    await ask(wendy, 'read', subject)
    github.faults.outage = outage
    clock.advance(DEFAULT_TTL * 1000 - 1)
    expect(await ask(wendy, 'read', subject)).toMatchObject({ outcome: 'granted' })
    clock.advance(1)
    expect(await ask(wendy, 'read', subject)).toMatchObject({ outcome: 'unavailable' })
  })

  it('reads hold longer where the operator wants that, writes do not', async () => {
    const { ask, github, wendy, subject, clock } = await setUp({ ...options, cache: { staleIfError: 600 } })
    await ask(wendy, 'publish', subject)
    github.faults.outage = outage
    clock.advance((DEFAULT_TTL + 600) * 1000 - 1)
    expect(await ask(wendy, 'read', subject)).toMatchObject({ outcome: 'granted' })
    expect(await ask(wendy, 'publish', subject)).toMatchObject({ outcome: 'unavailable' })
    clock.advance(1)
    expect(await ask(wendy, 'read', subject)).toMatchObject({ outcome: 'unavailable' })
  })
})

describe('an outage under load', () => {
  it('opens nothing, and ends when GitHub is back', async () => {
    const { ask, github, wendy, subject, clock } = await setUp()
    github.addUser('sid')
    const stranger = github.addToken('classic', { login: 'sid', scopes: ['repo'] })
    const seen = new Map<string, Set<string>>([
      ['wendy', new Set()],
      ['sid', new Set()],
    ])
    const second = async () => {
      const asked = Array.from({ length: 100 }, async (_, n) => {
        const isWendy = n % 2 === 0
        const { outcome } = await ask(isWendy ? wendy : stranger, n % 3 === 0 ? 'publish' : 'read', subject)
        seen.get(isWendy ? 'wendy' : 'sid')?.add(outcome)
      })
      await Promise.all(asked)
      clock.advance(1000)
    }
    await second()
    for (let n = 0; n < 60; n++) {
      github.faults.outage = outages[n % 4] ?? 'refuse'
      await second()
    }
    expect(seen.get('sid')).toEqual(new Set(['hidden', 'unavailable']))
    expect(seen.get('wendy')).toContain('unavailable')
    github.faults.outage = undefined
    clock.advance(1000)
    for (const outcomes of seen.values()) outcomes.clear()
    await second()
    expect([...seen.values()]).toEqual([new Set(['granted']), new Set(['hidden'])])
  })

  it('does not keep an authorizer from opening', async () => {
    const { reopen, github } = await setUp()
    await github.close()
    await expect(reopen()).resolves.toBeDefined()
  })
})

describe("GitHub's rate limits", () => {
  it('are told with the time at which they end, and do not look like a bad token', async () => {
    const { ask, github, wendy, subject, clock } = await setUp()
    github.limits.setRemaining('wendy', 0)
    expect(await ask(wendy, 'read', subject)).toEqual({
      outcome: 'unavailable',
      reason: "GitHub's rate limit for your account is used up until 01:00 UTC; your token is fine",
      retryAfter: 3600,
    })
    clock.advance(3_599_000)
    expect(await ask(wendy, 'read', subject)).toMatchObject({ outcome: 'unavailable', retryAfter: 1 })
    expect(github.calls).toHaveLength(1)
    clock.advance(1000)
    expect(await ask(wendy, 'read', subject)).toMatchObject({ outcome: 'granted' })
  })

  it("stop one token's questions and nobody else's", async () => {
    const { ask, github, wendy, tools, subject } = await setUp()
    github.addUser('rita')
    tools.roles = { ...tools.roles, rita: 'read' }
    const rita = github.addToken('classic', { login: 'rita', scopes: ['repo'] })
    github.limits.setRemaining('wendy', 0)
    await ask(wendy, 'read', subject)
    expect(await ask(rita, 'read', subject)).toMatchObject({ outcome: 'granted' })
  })

  it.each([
    [{ retryAfter: 17 }, 17],
    [{}, 60],
  ])('of the second kind are kept as long as GitHub wants: %j', async (secondary, retryAfter) => {
    const { ask, github, wendy, subject, clock } = await setUp()
    github.limits.secondary = secondary
    expect(await ask(wendy, 'read', subject)).toEqual({
      outcome: 'unavailable',
      reason: 'GitHub asks for a pause (its secondary rate limit); your token is fine',
      retryAfter,
    })
    github.limits.secondary = undefined
    clock.advance(retryAfter * 1000 - 1)
    expect(await ask(wendy, 'read', subject)).toMatchObject({ outcome: 'unavailable', retryAfter: 1 })
    clock.advance(1)
    expect(await ask(wendy, 'read', subject)).toMatchObject({ outcome: 'granted' })
  })

  it('of bad logins are told as such', async () => {
    const { ask, github, wendy, subject, clock } = await setUp()
    const old = github.addToken('classic', { login: 'wendy', isRevoked: true })
    for (let n = 0; n < github.limits.lockoutAfter; n++) {
      await ask(old, 'read', subject)
      clock.advance(10_000)
    }
    expect(await ask(wendy, 'read', subject)).toMatchObject({
      outcome: 'unavailable',
      reason: expect.stringContaining('turns away all tokens of your account'),
      retryAfter: 60,
    })
  })
})

describe('odd answers', () => {
  const without = (key: string) => (_: string, body: unknown) => {
    const { [key]: _removed, ...rest } = body as Record<string, unknown>
    return rest
  }

  it('without permissions are a no to a person', async () => {
    const { ask, github, wendy, tools, subject } = await setUp()
    tools.isPrivate = false
    github.faults.tamper = without('permissions')
    for (const action of ['read', 'publish'] as const) {
      expect(await ask(wendy, action, subject)).toMatchObject({ outcome: 'hidden' })
    }
  })

  it.each(['pull', 'push', 'admin'])('without the permission %s are a no to what takes it', async (kind) => {
    const { ask, github, wendy, tools, subject } = await setUp()
    tools.roles = { wendy: 'admin' }
    github.faults.tamper = (_, body) => {
      const { permissions, ...rest } = body as { permissions?: Record<string, boolean> }
      return { ...rest, ...(permissions && { permissions: { ...permissions, [kind]: undefined } }) }
    }
    const action = kind === 'pull' ? 'read' : kind === 'push' ? 'publish' : 'unpublish_package'
    expect((await ask(wendy, action, subject)).outcome).toBe(kind === 'pull' ? 'hidden' : 'denied')
  })

  it.each([['true'], [1], [null], ['push']])(
    'with a permission that is not true but %j are a no',
    async (value) => {
      const { ask, github, wendy, subject } = await setUp()
      github.faults.tamper = (_, body) => ({
        ...(body as object),
        permissions: { pull: value, push: value, admin: value },
      })
      expect(await ask(wendy, 'read', subject)).toMatchObject({ outcome: 'hidden' })
      expect(await ask(wendy, 'publish', subject)).toMatchObject({ outcome: 'hidden' })
    },
  )

  it.each([['true'], [1], [null]])('with a push permission of %j are a no to writes', async (push) => {
    const { ask, github, wendy, subject } = await setUp()
    github.faults.tamper = (_, body) => ({ ...(body as object), permissions: { pull: true, push } })
    expect(await ask(wendy, 'read', subject)).toMatchObject({ outcome: 'granted' })
    expect(await ask(wendy, 'publish', subject)).toMatchObject({ outcome: 'denied' })
  })

  it('that do not say whether a repository is archived are a no to writes', async () => {
    const { ask, github, wendy, subject } = await setUp()
    github.faults.tamper = without('archived')
    expect(await ask(wendy, 'read', subject)).toMatchObject({ outcome: 'granted' })
    expect(await ask(wendy, 'publish', subject)).toMatchObject({ outcome: 'denied' })
  })

  it('that do not say whether a repository is private count as private', async () => {
    const { ask, github, tools, subject } = await setUp({ anonymousRead: true })
    tools.isPrivate = false
    github.faults.tamper = without('private')
    expect(await ask(undefined, 'read', subject)).toMatchObject({ outcome: 'denied' })
  })

  it.each([['id'], ['full_name']])('without %s are no answer', async (key) => {
    const { ask, github, wendy, subject } = await setUp()
    github.faults.tamper = without(key)
    expect(await ask(wendy, 'read', subject)).toMatchObject({ outcome: 'unavailable' })
    expect(await ask(wendy, 'publish', ungoverned('@acme/y', 'acme/tools'))).toMatchObject({
      outcome: 'unavailable',
    })
  })

  it('about another repository are no answer', async () => {
    const { ask, github, wendy, subject, tools } = await setUp()
    github.faults.tamper = (_, body) => ({ ...(body as object), id: tools.id + 1 })
    expect(await ask(wendy, 'read', subject)).toMatchObject({ outcome: 'unavailable' })
  })

  it('to a write probe are a no, in one line', async () => {
    const { ask, github, tools, subject } = await setUp()
    const token = github.addToken('fine-grained', {
      login: 'wendy',
      contents: 'read',
      repositories: [tools.id],
    })
    github.faults.tamper = (path, body) =>
      path.endsWith('/refs') ? { message: 'No.\n\nReally\tnot.' } : body
    expect(await ask(token, 'publish', subject)).toEqual({
      outcome: 'denied',
      reason: expect.stringContaining('(GitHub: No. Really not.)'),
    })
  })

  it('to a probe are a no', async () => {
    const { ask, github, tools, subject } = await setUp()
    const token = github.addToken('fine-grained', {
      login: 'wendy',
      contents: 'write',
      repositories: [tools.id],
    })
    github.faults.tamper = (path, body) => (path.endsWith('/branches') ? { message: 'yes' } : body)
    expect(await ask(token, 'read', subject)).toMatchObject({ outcome: 'unavailable' })
  })
})

describe('single sign-on', () => {
  it('that a token was not authorised for is told with the address where to', async () => {
    const { ask, github, subject } = await setUp()
    const token = github.addToken('classic', { login: 'wendy', scopes: ['repo'], ssoMissing: ['acme'] })
    const url = 'https://github.com/orgs/acme/sso?authorization_request=AAAA'
    for (const action of ['read', 'publish'] as const) {
      expect(await ask(token, action, subject)).toEqual({
        outcome: 'denied',
        reason: expect.stringContaining(`at ${url} and`),
      })
    }
    const claim = await ask(token, 'publish', ungoverned('@acme/y', 'acme/tools'))
    expect(claim).toEqual({ outcome: 'denied', reason: expect.stringContaining(`at ${url} and`) })
  })
})
