import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { DEFAULT_TTL, type GithubAuthorizerOptions } from '../src/index.ts'
import { ask as askOf, governed, openTestBed, temporaryFolder, ungoverned } from './support.ts'

async function setUp(options: GithubAuthorizerOptions = {}) {
  const bed = await openTestBed(options)
  bed.github.addUser('wendy')
  bed.github.addUser('rita')
  const tools = bed.github.addRepository('acme/tools', { roles: { wendy: 'write', rita: 'read' } })
  return {
    ...bed,
    tools,
    subject: governed('@acme/x', tools),
    wendy: bed.github.addToken('classic', { login: 'wendy', scopes: ['repo'] }),
    rita: bed.github.addToken('classic', { login: 'rita', scopes: ['repo'] }),
  }
}

describe('questions to GitHub', () => {
  it('are one a repository for an install from a cold cache, and none from a warm one', async () => {
    const { github, wendy, ask } = await setUp()
    const repositories = Array.from({ length: 20 }, (_, n) =>
      github.addRepository(`acme/r${n}`, { roles: { wendy: 'read' } }),
    )
    const packages = repositories.flatMap((repository, r) =>
      Array.from({ length: 10 }, (_, n) => governed(`@acme/p${r}-${n}`, repository)),
    )
    const install = async () => {
      const decisions = await Promise.all(packages.map((subject) => ask(wendy, 'read', subject)))
      expect(decisions.every(({ outcome }) => outcome === 'granted')).toBe(true)
    }
    await install()
    expect(github.calls).toHaveLength(20)
    await install()
    expect(github.calls).toHaveLength(20)
  })

  it('are two a repository with tokens that have to prove that they may read contents', async () => {
    const { github, tools, subject, ask } = await setUp()
    const token = github.addToken('workflow', { repositories: [tools.id], contents: 'read' })
    await Promise.all(Array.from({ length: 50 }, () => ask(token, 'read', subject)))
    expect(github.calls.map(({ path }) => path)).toEqual([
      `/repositories/${tools.id}`,
      `/repositories/${tools.id}/branches`,
    ])
  })

  it('cost nothing of the rate limit when nothing has changed', async () => {
    const { github, wendy, subject, clock, ask } = await setUp()
    await ask(wendy, 'read', subject)
    for (let minute = 0; minute < 5; minute++) {
      clock.advance(DEFAULT_TTL * 1000)
      expect(await ask(wendy, 'read', subject)).toMatchObject({ outcome: 'granted' })
    }
    expect(github.calls.map(({ status }) => status)).toEqual([200, 304, 304, 304, 304, 304])
  })

  it("never present another token's entity tag", async () => {
    const { github, wendy, rita, subject, clock, ask } = await setUp()
    await ask(wendy, 'read', subject)
    clock.advance(DEFAULT_TTL * 1000)
    await ask(rita, 'read', subject)
    expect(github.calls.map(({ status }) => status)).toEqual([200, 200])
  })

  it('present an unknown token once, however many requests come with it', async () => {
    const { github, subject, ask } = await setUp()
    const other = governed('@acme/y', github.addRepository('acme/other'))
    const decisions = await Promise.all(
      Array.from({ length: 40 }, (_, n) => ask('ghp_unknown', 'read', n % 2 === 0 ? subject : other)),
    )
    expect(new Set(decisions.map(({ outcome }) => outcome))).toEqual(new Set(['denied']))
    expect(github.calls).toHaveLength(1)
  })

  it('present a token that GitHub does not accept again only after a while', async () => {
    const { github, subject, clock, ask } = await setUp()
    for (let tries = 0; tries < 20; tries++) {
      await ask('ghp_unknown', tries % 2 === 0 ? 'read' : 'publish', subject)
    }
    expect(github.calls).toHaveLength(1)
    clock.advance(10_000)
    await ask('ghp_unknown', 'read', subject)
    expect(github.calls).toHaveLength(2)
  })

  it('are asked anew when a 304 does not tell the scopes', async () => {
    const { github, wendy, subject, clock, ask } = await setUp()
    github.faults.bareNotModified = true
    await ask(wendy, 'read', subject)
    clock.advance(DEFAULT_TTL * 1000)
    await ask(wendy, 'read', subject)
    expect(github.calls.map(({ status }) => status)).toEqual([200, 304, 200])
  })

  it('go by the scopes that a 304 tells', async () => {
    const { github, wendy, subject, clock, ask } = await setUp()
    await ask(wendy, 'publish', subject)
    wendy.scopes = ['public_repo', 'repo:status']
    github.repositories.forEach((repository) => {
      repository.isPrivate = false
    })
    clock.advance(DEFAULT_TTL * 1000)
    expect(await ask(wendy, 'publish', subject)).toMatchObject({ outcome: 'granted' })
    wendy.scopes = ['gist']
    clock.advance(DEFAULT_TTL * 1000)
    expect(await ask(wendy, 'publish', subject)).toMatchObject({
      outcome: 'denied',
      reason: expect.stringContaining('the token lacks the scope'),
    })
  })
})

describe('what was lost', () => {
  const losses: [string, (bed: Awaited<ReturnType<typeof setUp>>) => void][] = [
    ['a revoked token', ({ wendy }) => Object.assign(wendy, { isRevoked: true })],
    ['an expired token', ({ wendy, clock }) => Object.assign(wendy, { expires: clock() })],
    ["a person's role", ({ tools }) => Object.assign(tools, { roles: {} })],
    ["a token's scope", ({ wendy }) => Object.assign(wendy, { scopes: [] })],
    ['a deleted repository', ({ github, tools }) => github.repositories.delete(tools.id)],
    ['an archived repository, for writes', ({ tools }) => Object.assign(tools, { isArchived: true })],
  ]
  it.each(losses)(`works for ${DEFAULT_TTL} seconds at most: %s`, async (what, lose) => {
    const bed = await setUp()
    const { ask, wendy, subject, clock } = bed
    const action = what.includes('writes') ? 'tag' : 'read'
    expect(await ask(wendy, action, subject)).toMatchObject({ outcome: 'granted' })
    lose(bed)
    clock.advance(DEFAULT_TTL * 1000 - 1)
    expect(await ask(wendy, action, subject)).toMatchObject({ outcome: 'granted' })
    clock.advance(1)
    expect((await ask(wendy, action, subject)).outcome).not.toBe('granted')
  })

  it('does not work longer because it is used all the time', async () => {
    const { ask, wendy, subject, clock } = await setUp()
    for (const action of ['read', 'publish'] as const) await ask(wendy, action, subject)
    wendy.isRevoked = true
    let worked = 0
    for (let second = 0; second < 2 * DEFAULT_TTL; second++) {
      const read = await ask(wendy, 'read', subject)
      const write = await ask(wendy, 'tag', subject)
      if (read.outcome === 'granted' || write.outcome === 'granted') worked = second
      clock.advance(1000)
    }
    expect(worked).toBe(DEFAULT_TTL - 1)
  })

  it('does not work longer after a question that was on its way meanwhile', async () => {
    const { ask, wendy, subject, clock, github } = await setUp()
    github.faults.latency = 50
    const asked = ask(wendy, 'read', subject)
    await vi.waitFor(() => expect(github.calls).toHaveLength(1), { interval: 1 })
    clock.advance(5000)
    expect(await asked).toMatchObject({ outcome: 'granted' })
    wendy.isRevoked = true
    clock.advance(DEFAULT_TTL * 1000 - 5000)
    expect(await ask(wendy, 'read', subject)).toMatchObject({ outcome: 'denied' })
  })

  it('works for as long as is configured, when another time is', async () => {
    const { ask, wendy, subject, clock } = await setUp({ cache: { ttl: 5 } })
    await ask(wendy, 'read', subject)
    wendy.isRevoked = true
    clock.advance(5000)
    expect(await ask(wendy, 'read', subject)).toMatchObject({ outcome: 'denied' })
  })
})

describe('what was gained', () => {
  it('works after ten seconds at most', async () => {
    const { ask, rita, subject, clock, tools } = await setUp()
    expect(await ask(rita, 'publish', subject)).toMatchObject({ outcome: 'denied' })
    tools.roles = { rita: 'write' }
    clock.advance(9_999)
    expect(await ask(rita, 'publish', subject)).toMatchObject({ outcome: 'denied' })
    clock.advance(1)
    expect(await ask(rita, 'publish', subject)).toMatchObject({ outcome: 'granted' })
  })
})

describe('the cache on disk', () => {
  it('answers after a restart, without asking GitHub', async () => {
    const path = await temporaryFolder()
    const { authorizer, ask, wendy, subject, github, reopen } = await setUp({ cache: { path } })
    await ask(wendy, 'publish', subject)
    const calls = github.calls.length
    await authorizer.close()
    const restarted = await reopen()
    expect(await askOf(restarted, wendy, 'publish', subject)).toMatchObject({ outcome: 'granted' })
    expect(github.calls).toHaveLength(calls)
  })

  it('keeps the time that a revoked token works over a restart', async () => {
    const path = await temporaryFolder()
    const { authorizer, ask, wendy, subject, clock, reopen, github } = await setUp({ cache: { path } })
    await ask(wendy, 'read', subject)
    await authorizer.close()
    wendy.isRevoked = true
    clock.advance(DEFAULT_TTL * 1000)
    const restarted = await reopen()
    expect(await askOf(restarted, wendy, 'read', subject)).toMatchObject({ outcome: 'denied' })
    expect(github.calls.map(({ status }) => status)).toEqual([200, 401])
  })

  it('trusts nothing that seems to come from the future', async () => {
    const path = await temporaryFolder()
    const { authorizer, ask, wendy, subject, clock, reopen } = await setUp({ cache: { path } })
    await ask(wendy, 'read', subject)
    await authorizer.close()
    wendy.isRevoked = true
    clock.advance(-3_600_000)
    const restarted = await reopen()
    expect(await askOf(restarted, wendy, 'read', subject)).toMatchObject({ outcome: 'denied' })
  })

  it('holds neither tokens nor hashes that another cache would have', async () => {
    const [path, otherPath] = [await temporaryFolder(), await temporaryFolder()]
    const { authorizer, wendy, subject, reopen } = await setUp({ cache: { path } })
    const other = await reopen({ cache: { path: otherPath } })
    for (const one of [authorizer, other]) {
      await askOf(one, wendy, 'publish', subject)
      await one.close()
    }
    const [bytes, otherBytes] = [await contentsOf(path), await contentsOf(otherPath)]
    expect(bytes).toContain('acme')
    expect(bytes).not.toContain(wendy.value)
    const hash = /[0-9a-f]{64}(?=\/repository)/.exec(bytes)?.[0]
    expect(hash).toBeDefined()
    expect(otherBytes).not.toContain(hash)
  })

  it('cannot be opened by two processes, and says so', async () => {
    const path = await temporaryFolder()
    const { reopen } = await setUp({ cache: { path } })
    await expect(reopen()).rejects.toThrow(/cannot open the cache of GitHub's answers in .*another process/)
  })

  it('forgets what is older than a day', async () => {
    const path = await temporaryFolder()
    const { authorizer, ask, wendy, subject, clock, reopen, github } = await setUp({ cache: { path } })
    await ask(wendy, 'read', subject)
    await authorizer.close()
    clock.advance(25 * 3_600_000)
    await (await reopen()).close()
    const third = await reopen()
    await askOf(third, wendy, 'read', subject)
    expect(github.calls.map(({ status }) => status)).toEqual([200, 200])
  })
})

describe('tokens', () => {
  afterEach(() => vi.restoreAllMocks())

  it('are never written to the console, nor held by what a caller or an error shows', async () => {
    const printed: unknown[] = []
    for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
      vi.spyOn(console, method).mockImplementation((...args) => printed.push(...args))
    }
    const { authorizer, wendy, subject, github } = await setUp()
    const principal = await authorizer.authenticate({ kind: 'bearer', token: wendy.value })
    expect(JSON.stringify({ principal, keys: Reflect.ownKeys(principal ?? {}) })).not.toContain(wendy.value)
    github.faults.outage = 'refuse'
    const error = await authorizer.decide(principal, 'publish', subject).catch((thrown: unknown) => thrown)
    const { inspect } = await import('node:util')
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(wendy.value)
    expect(printed).toEqual([])
  })

  it('of two users are each judged by themselves in a thousand interleaved requests', async () => {
    const { ask, wendy, rita, github, clock } = await setUp()
    const mine = github.addRepository('acme/hers', { roles: { wendy: 'admin' } })
    const theirs = github.addRepository('acme/theirs', { roles: { rita: 'admin' } })
    github.faults.latency = 1
    const asked = Array.from({ length: 1000 }, async (_, n) => {
      if (n % 100 === 99) clock.advance(DEFAULT_TTL * 1000)
      const token = n % 2 === 0 ? wendy : rita
      const repository = n % 4 < 2 ? mine : theirs
      const action = n % 3 === 0 ? 'read' : 'publish'
      const isTheirs = (token === wendy) === (repository === mine)
      const { outcome } = await ask(token, action, governed('@acme/p', repository))
      return outcome === (isTheirs ? 'granted' : 'hidden')
    })
    expect((await Promise.all(asked)).filter((isRight) => !isRight)).toHaveLength(0)
  })
})

describe('an absent package', () => {
  it('is nobody else’s business either', async () => {
    const { ask, wendy } = await setUp()
    expect(await ask(wendy, 'read', ungoverned('@acme/nosuch'))).toMatchObject({ outcome: 'hidden' })
  })
})

async function contentsOf(folder: string): Promise<string> {
  const files = await readdir(folder)
  return (await Promise.all(files.map((file) => readFile(join(folder, file), 'latin1')))).join('\n')
}
