import { type Caller, createRegistry, isRegistryError, type Registry } from '@nmr/core'
import { createIdMaker, createMemoryMetadataStore, createMemoryTarballStore } from '@nmr/core/testing'
import { describe, expect, it } from 'vitest'
import type { GithubToken } from '../../../test/github/state.ts'
import { asName, submission } from '../../core/test/support.ts'
import { DEFAULT_TTL } from '../src/index.ts'
import { openTestBed } from './support.ts'

const x = asName('@acme/x')

/** A registry in memory over GitHub, with @acme/x 1.0.0 from acme/tools; wendy writes to it, rita reads, sid is a stranger. */
async function setUp() {
  const bed = await openTestBed()
  const { github, authorizer, clock } = bed
  for (const login of ['wendy', 'rita', 'sid']) github.addUser(login)
  const tools = github.addRepository('acme/tools', { roles: { wendy: 'write', rita: 'read' } })
  const metadata = createMemoryMetadataStore()
  const registry = createRegistry(
    {
      metadata,
      tarballs: createMemoryTarballStore({ clock }),
      authorizer,
      clock,
      makeId: createIdMaker(),
    },
    { hostedScopes: ['@acme'] },
  )
  const tokens = {
    wendy: github.addToken('classic', { login: 'wendy', scopes: ['repo'] }),
    rita: github.addToken('classic', { login: 'rita', scopes: ['repo'] }),
    sid: github.addToken('classic', { login: 'sid', scopes: ['repo'] }),
    revoked: github.addToken('classic', { login: 'wendy', scopes: ['repo'], isRevoked: true }),
  }
  const callerOf = ({ value }: GithubToken, lazily = false) =>
    registry.authenticate({ kind: 'bearer', token: value }, { lazily })
  const publish = async (caller: Caller, version: string, repository: unknown = 'acme/tools') =>
    registry.publish(caller, submission({ name: x, version, extra: { repository } }))
  await publish(await callerOf(tokens.wendy), '1.0.0')
  const revision = (await metadata.head(x))?.revision ?? ''
  return { ...bed, registry, metadata, revision, tools, tokens, callerOf, publish }
}

/** Every way to read or change a package, as its reader, whose requests all go through. */
const requests: Record<
  string,
  (registry: Registry, caller: Caller, name: typeof x, revision: string) => Promise<unknown>
> = {
  packument: (registry, caller, name) =>
    registry.readPackument(caller, {
      name,
      document: 'packument',
      encoding: 'identity',
      base: 'http://r.test',
    }),
  version: (registry, caller, name) =>
    registry.readVersion(caller, {
      name,
      versionOrTag: 'latest',
      encoding: 'identity',
      base: 'http://r.test',
    }),
  tarball: (registry, caller, name) => registry.download(caller, { name, file: 'x-1.0.0.tgz' }),
  'dist-tags': (registry, caller, name) => registry.listDistTags(caller, name),
  tag: (registry, caller, name) => registry.setDistTags(caller, name, { next: '1.0.0' }),
  untag: (registry, caller, name) => registry.removeDistTag(caller, name, 'next'),
  unpublish: (registry, caller, name) => registry.unpublish(caller, name, { versions: 'all' }),
  'unpublish of a version': (registry, caller, name) =>
    registry.unpublish(caller, name, { versions: ['1.0.0'] }),
  deprecate: (registry, caller, name) =>
    registry.deprecate(caller, name, { messages: new Map([['1.0.0', 'no']]) }),
  star: (registry, caller, name) => registry.setStar(caller, name, true),
  'rewrite through /-rev/': async (registry, caller, name, revision) =>
    registry.writeDocument(caller, name, { document: { versions: {} }, revision }),
  'rewrite of the document': (registry, caller, name) =>
    registry.writeDocument(caller, name, { document: { versions: { '1.0.0': { deprecated: 'no' } } } }),
}
const reads = ['packument', 'version', 'tarball', 'dist-tags', 'star']

async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'granted'
  } catch (error) {
    if (isRegistryError(error)) return `${error.code}: ${error.message}`
    throw error
  }
}

describe('a registry that GitHub decides for', () => {
  it('binds a package to the number of its repository, and names who published', async () => {
    const { metadata, tools } = await setUp()
    expect(await metadata.head(x)).toMatchObject({
      repository: { host: 'github.com', owner: 'acme', name: 'tools', id: tools.id },
      maintainers: [{ name: 'wendy' }],
    })
  })

  describe.each(Object.entries(requests))('%s', (what, request) => {
    it('is forbidden to a reader unless it only reads, with the repository and what is missing', async () => {
      const { registry, revision, tokens, callerOf } = await setUp()
      const refusal = await refusalOf(request(registry, await callerOf(tokens.rita), x, revision))
      if (reads.includes(what)) expect(refusal).toBe('granted')
      else expect(refusal).toMatch(/^forbidden: acme\/tools governs @acme\/x: you lack the permission/)
    })

    it('is answered to a stranger as if there were no such package', async () => {
      const { registry, revision, tokens, callerOf } = await setUp()
      const sid = await callerOf(tokens.sid)
      const hidden = await refusalOf(request(registry, sid, x, revision))
      const absent = await refusalOf(request(registry, sid, asName('@acme/nosuch'), revision))
      expect(hidden).toMatch(/^not_found: @acme\/x is not in this registry, or you may not read it/)
      expect(hidden.replaceAll('@acme/x', '@acme/nosuch')).toBe(absent)
    })

    it.each([false, true])('is refused to nobody and to a bad token as such (lazily: %s)', async (lazily) => {
      const { registry, revision, tokens, callerOf } = await setUp()
      expect(await refusalOf(request(registry, undefined, x, revision))).toMatch(/^unauthenticated: /)
      const revoked = await callerOf(tokens.revoked, lazily)
      expect(await refusalOf(request(registry, revoked, x, revision))).toMatch(
        /^unauthenticated: .*does not accept/,
      )
    })

    it('says that GitHub is away when it is', async () => {
      const { registry, revision, tokens, callerOf, github, clock } = await setUp()
      const rita = await callerOf(tokens.rita)
      github.faults.outage = 'html'
      clock.advance(DEFAULT_TTL * 1000)
      expect(await refusalOf(request(registry, rita, x, revision))).toMatch(/^unavailable: GitHub/)
    })
  })

  it('takes no publish from a reader, and no move by who may not write to both', async () => {
    const { tokens, callerOf, publish, github, metadata, tools } = await setUp()
    github.addRepository('acme/hers', { roles: { rita: 'admin' } })
    const rita = await callerOf(tokens.rita)
    for (const repository of ['acme/tools', 'acme/hers']) {
      expect(await refusalOf(publish(rita, '1.0.1', repository))).toMatch(/^forbidden: acme\/tools governs/)
    }
    const wendy = await callerOf(tokens.wendy)
    expect(await refusalOf(publish(wendy, '1.0.1', 'acme/hers'))).toMatch(/^forbidden: .*does not show/)
    expect((await metadata.head(x))?.repository?.id).toBe(tools.id)
  })

  it('stops a stream of downloads within the stated time when the permission is lost', async () => {
    const { registry, tokens, callerOf, tools, clock, github } = await setUp()
    const download = async () =>
      refusalOf(registry.download(await callerOf(tokens.rita, true), { name: x, file: 'x-1.0.0.tgz' }))
    await download()
    tools.roles = { wendy: 'write' }
    let lastGranted = -1
    for (let second = 0; second < DEFAULT_TTL + 10; second++) {
      const answers = await Promise.all(Array.from({ length: 100 }, download))
      if (answers.includes('granted')) lastGranted = second
      clock.advance(1000)
    }
    expect(lastGranted).toBeLessThan(DEFAULT_TTL)
    expect(github.calls.length).toBeLessThan(20)
  })
})
