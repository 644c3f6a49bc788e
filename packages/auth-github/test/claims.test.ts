import { describe, expect, it } from 'vitest'
import type { GithubAuthorizerOptions, RepositoryMove } from '../src/index.ts'
import { governed, openTestBed, ungoverned } from './support.ts'

/** wendy writes to acme's repositories, eve to evil's; both can only read the other's. */
async function setUp(options: GithubAuthorizerOptions = {}) {
  const bed = await openTestBed(options)
  const { github } = bed
  for (const login of ['wendy', 'eve']) github.addUser(login)
  const acme = { wendy: 'write', eve: 'read' } as const
  const evil = { wendy: 'read', eve: 'admin' } as const
  return {
    ...bed,
    tools: github.addRepository('acme/tools', { roles: acme }),
    other: github.addRepository('acme/other', { roles: acme }),
    evil: github.addRepository('evil/tools', { roles: evil }),
    wendy: github.addToken('classic', { login: 'wendy', scopes: ['repo'] }),
    eve: github.addToken('classic', { login: 'eve', scopes: ['repo'] }),
  }
}

describe('the first publish of a package', () => {
  it.each([
    'acme/tools',
    'ACME/Tools',
    'git@github.com:acme/tools.git',
    { type: 'git', url: 'git+https://github.com/acme/tools.git', directory: 'packages/x' },
  ])('binds it to the number of the repository that its manifest names as %j', async (claimed) => {
    const { ask, wendy, tools } = await setUp()
    expect(await ask(wendy, 'publish', ungoverned('@acme/x', claimed))).toMatchObject({
      outcome: 'granted',
      repository: { host: 'github.com', owner: 'acme', name: 'tools', id: tools.id },
    })
  })

  it('may be tried by whoever has a token that GitHub accepts, before there is a manifest', async () => {
    const { ask, wendy, github } = await setUp()
    const decision = await ask(wendy, 'publish', ungoverned('@acme/x'))
    expect(decision).toMatchObject({
      outcome: 'granted',
      reason: expect.stringContaining('its manifest names'),
    })
    expect(decision).not.toHaveProperty('repository')
    const bot = github.addToken('workflow', { repositories: [1], contents: 'write' })
    expect(await ask(bot, 'publish', ungoverned('@acme/x'))).toMatchObject({ outcome: 'granted' })
    expect(await ask('ghp_unknown', 'publish', ungoverned('@acme/x'))).toMatchObject({ outcome: 'denied' })
    expect(await ask(undefined, 'publish', ungoverned('@acme/x'))).toMatchObject({ outcome: 'denied' })
  })

  it.each([undefined, null, '', 7, {}, 'https://evil.example/github.com/acme/tools'])(
    'is refused when its manifest names no repository that can be asked about: %j',
    async (claimed) => {
      const { ask, wendy } = await setUp()
      expect(await ask(wendy, 'publish', ungoverned('@acme/x', claimed))).toEqual({
        outcome: 'denied',
        reason: expect.stringContaining('write "repository": "https://github.com/OWNER/NAME"'),
      })
    },
  )

  it.each([
    'https://github.com@evil/acme/tools',
    'https://github.com.evil/acme/tools',
    'https://evil.example/github.com/acme/tools',
  ])('asks GitHub nothing about %s', async (claimed) => {
    const { ask, eve, github } = await setUp()
    expect(await ask(eve, 'publish', ungoverned('@acme/x', claimed))).toMatchObject({ outcome: 'denied' })
    expect(github.count(/^\/repos/)).toBe(0)
  })

  it("is refused under another owner's scope", async () => {
    const { ask, eve } = await setUp()
    expect(await ask(eve, 'publish', ungoverned('@acme/x', 'evil/tools'))).toEqual({
      outcome: 'denied',
      reason: '@acme/x: packages of @acme come from repositories of acme, and package.json names evil/tools',
    })
  })

  it('is refused to who may only read the repository', async () => {
    const { ask, eve } = await setUp()
    const { outcome, reason } = await ask(eve, 'publish', ungoverned('@acme/x', 'acme/tools'))
    expect(outcome).toBe('denied')
    expect(reason).toContain(
      'acme/tools, which package.json names: you lack the permission write (push) there',
    )
  })

  it('is refused in the same words whether the repository does not exist or may not be seen', async () => {
    const { ask, wendy, github } = await setUp()
    github.addRepository('acme/secret')
    const hidden = await ask(wendy, 'publish', ungoverned('@acme/x', 'acme/secret'))
    const absent = await ask(wendy, 'publish', ungoverned('@acme/x', 'acme/nosuch'))
    expect(hidden).toMatchObject({ outcome: 'denied', reason: expect.stringContaining('does not show') })
    expect(hidden.reason.replace('secret', 'nosuch')).toBe(absent.reason)
  })

  it('goes by who owns the repository now, not by what the manifest calls it', async () => {
    const { ask, eve, wendy, github, tools, evil } = await setUp()
    github.move(tools, 'evil/renamed')
    expect(await ask(wendy, 'publish', ungoverned('@acme/x', 'acme/tools'))).toMatchObject({
      outcome: 'denied',
    })
    github.move(evil, 'acme/gift')
    expect(await ask(eve, 'publish', ungoverned('@acme/y', 'evil/tools'))).toMatchObject({
      outcome: 'granted',
      repository: { owner: 'acme', name: 'gift', id: evil.id },
    })
  })

  it('takes the owners that a scope is mapped to, and only these', async () => {
    const { ask, wendy, eve } = await setUp({ scopes: { '@Shop': ['Acme', 'initech'], '@evil': ['acme'] } })
    expect(await ask(wendy, 'publish', ungoverned('@shop/x', 'acme/tools'))).toMatchObject({
      outcome: 'granted',
    })
    expect(await ask(wendy, 'publish', ungoverned('@evil/x', 'acme/tools'))).toMatchObject({
      outcome: 'granted',
    })
    expect(await ask(eve, 'publish', ungoverned('@evil/x', 'evil/tools'))).toMatchObject({
      outcome: 'denied',
    })
    expect(await ask(eve, 'publish', ungoverned('@shop/x', 'evil/tools'))).toMatchObject({
      outcome: 'denied',
    })
  })

  it('takes a name without a scope from any repository that may be written to', async () => {
    const { ask, eve } = await setUp()
    expect(await ask(eve, 'publish', ungoverned('x', 'evil/tools'))).toMatchObject({ outcome: 'granted' })
    expect(await ask(eve, 'publish', ungoverned('x', 'acme/tools'))).toMatchObject({ outcome: 'denied' })
  })

  it('is refused to a fine-grained token that may only read the repository', async () => {
    const { ask, github, tools } = await setUp()
    const token = github.addToken('fine-grained', {
      login: 'wendy',
      repositories: [tools.id],
      contents: 'read',
    })
    const decision = await ask(token, 'publish', ungoverned('@acme/x', 'acme/tools'))
    expect(decision).toMatchObject({ outcome: 'denied', reason: expect.stringContaining('Contents: write') })
  })

  it('may be asked of a workflow for its own repository', async () => {
    const { ask, github, tools } = await setUp()
    const token = github.addToken('workflow', { repositories: [tools.id], contents: 'write' })
    const decision = await ask(token, 'publish', ungoverned('@acme/x', 'acme/tools'))
    expect(decision).toMatchObject({ outcome: 'granted', repository: { id: tools.id } })
    expect(await ask(token, 'publish', ungoverned('@acme/x', 'acme/other'))).toMatchObject({
      outcome: 'denied',
    })
  })
})

describe('a further publish', () => {
  it('needs no claim', async () => {
    const { ask, wendy, tools } = await setUp()
    const decision = await ask(wendy, 'publish', governed('@acme/x', tools))
    expect(decision).toMatchObject({ outcome: 'granted', reason: expect.any(String) })
    expect(decision).not.toHaveProperty('repository')
    const { name, repository } = governed('@acme/x', tools)
    expect(
      await ask(wendy, 'publish', { name, ...(repository && { repository }), claimed: undefined }),
    ).toMatchObject({
      outcome: 'granted',
    })
  })

  it('asks no more than before when it names the repository that governs', async () => {
    const { ask, wendy, tools, github } = await setUp()
    const decision = await ask(wendy, 'publish', governed('@acme/x', tools, 'https://github.com/acme/tools'))
    expect(decision).toMatchObject({ outcome: 'granted', repository: { id: tools.id } })
    expect(github.count(/^\/repos/)).toBe(1)
  })

  it('goes on after a rename, under the old name and the new', async () => {
    const { ask, wendy, tools, github } = await setUp()
    const before = governed('@acme/x', tools)
    github.move(tools, 'acme/instruments')
    for (const claimed of ['acme/tools', 'acme/instruments']) {
      expect(await ask(wendy, 'publish', { ...before, claimed })).toMatchObject({
        outcome: 'granted',
        repository: { id: tools.id, owner: 'acme', name: 'instruments' },
      })
    }
    expect(await ask(wendy, 'read', before)).toMatchObject({
      outcome: 'granted',
      reason: expect.stringContaining('acme/instruments governs @acme/x'),
    })
  })

  it('goes on after a transfer to an owner whom the scope does not fit', async () => {
    const { ask, wendy, tools, github } = await setUp()
    const before = governed('@acme/x', tools)
    github.move(tools, 'initech/tools')
    expect(await ask(wendy, 'publish', { ...before, claimed: 'initech/tools' })).toMatchObject({
      outcome: 'granted',
      repository: { id: tools.id, owner: 'initech' },
    })
  })

  it('is not governed by a new repository under the old name', async () => {
    const { ask, eve, wendy, tools, github } = await setUp()
    const before = governed('@acme/x', tools)
    github.move(tools, 'acme/old')
    github.addRepository('acme/tools', { roles: { eve: 'admin' } })
    expect(await ask(eve, 'publish', { ...before, claimed: 'acme/tools' })).toMatchObject({
      outcome: 'denied',
    })
    expect(await ask(wendy, 'publish', before)).toMatchObject({ outcome: 'granted' })
    github.repositories.delete(tools.id)
    const { ask: askLater } = { ask }
    expect(await askLater(eve, 'tag', before)).toMatchObject({ outcome: 'denied' })
  })

  it('is hidden when the repository was deleted, whoever has the name now', async () => {
    const { ask, eve, tools, github } = await setUp()
    const before = governed('@acme/x', tools)
    github.repositories.delete(tools.id)
    github.addRepository('acme/tools', { roles: { eve: 'admin' } })
    for (const action of ['read', 'publish', 'tag'] as const) {
      expect(await ask(eve, action, { ...before, claimed: 'acme/tools' })).toMatchObject({
        outcome: 'hidden',
      })
    }
  })

  it.each([[''], ['https://gitlab.example/acme/tools'], [7]])(
    'is refused when it names what cannot be asked about: %j',
    async (claimed) => {
      const { ask, wendy, tools } = await setUp()
      expect(await ask(wendy, 'publish', governed('@acme/x', tools, claimed))).toMatchObject({
        outcome: 'denied',
      })
    },
  )
})

describe('a publish that names another repository', () => {
  it('moves the package when both may be written to, and says so', async () => {
    const moves: RepositoryMove[] = []
    const { ask, wendy, tools, other } = await setUp({ onMove: (move) => moves.push(move) })
    expect(await ask(wendy, 'publish', governed('@acme/x', tools, 'acme/other'))).toMatchObject({
      outcome: 'granted',
      repository: { id: other.id, name: 'other' },
    })
    expect(moves).toMatchObject([
      { name: '@acme/x', from: { id: tools.id }, to: { id: other.id }, by: 'wendy' },
    ])
  })

  it('is refused to a writer of only the new one', async () => {
    const { ask, eve, tools } = await setUp()
    const { reason, outcome } = await ask(eve, 'publish', governed('@acme/x', tools, 'evil/tools'))
    expect(outcome).toBe('denied')
    expect(reason).toContain('acme/tools governs @acme/x: you lack the permission write')
  })

  it('is refused to a writer of only the old one', async () => {
    const { ask, wendy, tools } = await setUp()
    const { reason, outcome } = await ask(wendy, 'publish', governed('@acme/x', tools, 'evil/tools'))
    expect(outcome).toBe('denied')
    expect(reason).toContain('evil/tools, which package.json names: you lack the permission write')
  })

  it("is refused when the new one is another owner's, even to who may write to both", async () => {
    const { ask, wendy, tools, evil } = await setUp()
    evil.roles = { wendy: 'admin' }
    const { reason } = await ask(wendy, 'publish', governed('@acme/x', tools, 'evil/tools'))
    expect(reason).toContain('packages of @acme come from repositories of acme')
  })

  it('is refused when the new one is archived', async () => {
    const { ask, wendy, tools, other } = await setUp()
    other.isArchived = true
    const { reason } = await ask(wendy, 'publish', governed('@acme/x', tools, 'acme/other'))
    expect(reason).toContain('acme/other, which package.json names: it is archived')
  })
})
