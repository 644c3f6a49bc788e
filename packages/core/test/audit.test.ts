import { type AuditDocument, type AuditKind, createRegistry, type Upstream } from '@nmr/core'
import {
  createIdMaker,
  createMemoryAuthorizer,
  createMemoryMetadataStore,
  createMemoryTarballStore,
  createSteppableClock,
} from '@nmr/core/testing'
import { describe, expect, it } from 'vitest'
import { refusal, submission } from './support.ts'

interface Asked {
  readonly kind: AuditKind
  readonly audit: AuditDocument
}

/** A registry that hosts @acme by configuration, @own and `plain` by what is published in it. */
async function createAudited(answer: unknown = {}) {
  const asked: Asked[] = []
  const upstream: Upstream = {
    locate: async () => undefined,
    async audit(kind, audit) {
      asked.push({ kind, audit })
      return answer
    },
  }
  const ports = {
    metadata: createMemoryMetadataStore(),
    tarballs: createMemoryTarballStore(),
    authorizer: createMemoryAuthorizer({ wendy: { token: 'w', may: { '*': 'everything' } } }),
    clock: createSteppableClock('2024-01-01T00:00:00.000Z'),
    makeId: createIdMaker(),
  }
  const settings = { hostedScopes: ['@acme'], allowUnscoped: true }
  const registry = createRegistry({ ...ports, upstream }, settings)
  const wendy = await registry.authenticate({ kind: 'bearer', token: 'w' })
  await registry.publish(wendy, submission({ name: '@own/x' }))
  await registry.publish(wendy, submission({ name: 'plain' }))
  return { registry, withoutUpstream: createRegistry(ports, settings), asked }
}

const hosted = [
  '@acme/x',
  '@acme/never-published',
  '@ACME/x',
  '@Acme/X',
  '@own/x',
  '@own/other',
  'plain',
  'PLAIN',
]
const notNames = [
  '@acme%2fx',
  ' @acme/x',
  '@acme\\x',
  '@acme/x/y',
  '@acme',
  '@acme/x@1.0.0',
  '',
  'npm:@acme/x',
  '.',
]
const zero = { info: 0, low: 0, moderate: 0, high: 0, critical: 0 }
const empty = {
  actions: [],
  advisories: {},
  muted: [],
  metadata: {
    vulnerabilities: zero,
    dependencies: 0,
    devDependencies: 0,
    optionalDependencies: 0,
    totalDependencies: 0,
  },
}

describe('a bulk audit', () => {
  it('asks the upstream about public packages only, in whatever way a name of ours is written', async () => {
    const { registry, asked } = await createAudited()
    const ours = Object.fromEntries([...hosted, ...notNames].map((name) => [name, ['1.0.0']]))
    await registry.audit('bulk', {
      ...ours,
      lodash: ['4.17.20'],
      '@types/node': ['20.0.0'],
      constructor: ['1.0.0'],
    })
    expect(asked).toEqual([
      { kind: 'bulk', audit: { lodash: ['4.17.20'], '@types/node': ['20.0.0'], constructor: ['1.0.0'] } },
    ])
  })

  it('passes on versions and nothing else', async () => {
    const { registry, asked } = await createAudited()
    const odd = [
      'npm:@acme/x@1.0.0',
      'git+ssh://git@example.com/acme/x.git',
      'file:../acme',
      '^1.0.0',
      '1.0.0',
    ]
    await registry.audit('bulk', { lodash: odd, semver: ['file:../acme'] })
    expect(asked[0]?.audit).toEqual({ lodash: ['1.0.0'] })
  })

  it('gives back what the upstream says of the packages that it was asked about', async () => {
    const advisory = { id: 1, title: 'bad', severity: 'high', vulnerable_versions: '<5' }
    const { registry } = await createAudited({ lodash: [advisory], '@acme/x': [advisory], semver: 'what?' })
    const answer = await registry.audit('bulk', {
      lodash: ['4.0.0'],
      semver: ['1.0.0'],
      '@acme/x': ['1.0.0'],
    })
    expect(answer).toEqual({ lodash: [advisory] })
  })

  it('with nothing public in it asks nobody', async () => {
    const { registry, asked } = await createAudited()
    expect(await registry.audit('bulk', Object.fromEntries(hosted.map((name) => [name, ['1.0.0']])))).toEqual(
      {},
    )
    expect(await registry.audit('bulk', {})).toEqual({})
    expect(asked).toEqual([])
  })

  it('of more packages than anybody has is refused', async () => {
    const { registry, asked } = await createAudited()
    const many = Object.fromEntries(Array.from({ length: 50_001 }, (_, index) => [`x${index}`, ['1.0.0']]))
    expect(await refusal(registry.audit('bulk', many))).toBe('too_large')
    expect(asked).toEqual([])
  })
})

describe.each(['quick', 'full'] as const)('a %s audit', (kind) => {
  const integrity = `sha512-${'A'.repeat(86)}==`

  it('asks the upstream for the public part of the tree, at every depth, without the project', async () => {
    const { registry, asked } = await createAudited(empty)
    const bad = Object.fromEntries([...hosted, ...notNames].map((name) => [name, '^1.0.0']))
    const badPackages = Object.fromEntries(
      [...hosted, ...notNames].map((name) => [name, { version: '1.0.0', integrity, requires: bad }]),
    )
    await registry.audit(kind, {
      name: '@acme/project',
      version: '3.2.1',
      install: ['@acme/x@1.0.0'],
      remove: ['plain@1.0.0'],
      metadata: { project: '@acme/project' },
      requires: { ...bad, lodash: '^4.0.0', alias: 'npm:@acme/x@^1.0.0', tagged: 'latest' },
      dependencies: {
        ...badPackages,
        alias: { version: 'npm:@acme/x@1.0.0' },
        fetched: { version: 'git+ssh://git@example.com/acme/x.git#1', resolved: 'http://acme.test/x.tgz' },
        lodash: {
          version: '4.17.20',
          integrity,
          dev: true,
          optional: '@acme/x',
          resolved: 'http://acme.test/lodash.tgz',
          requires: { ...bad, semver: '>=1 <2' },
          dependencies: {
            ...badPackages,
            semver: { version: '1.0.0', integrity: '@acme/x', requires: true, dependencies: badPackages },
          },
        },
      },
    })
    const semver = { version: '1.0.0', requires: {}, dependencies: {} }
    const requires = { semver: '>=1.0.0 <2.0.0-0' }
    expect(asked).toEqual([
      {
        kind,
        audit: {
          requires: { lodash: '>=4.0.0 <5.0.0-0', alias: '*', tagged: '*' },
          dependencies: {
            lodash: { version: '4.17.20', integrity, dev: true, requires, dependencies: { semver } },
          },
        },
      },
    ])
  })

  it('still covers what a package of ours, or a workspace, needs of public ones', async () => {
    const { registry, asked } = await createAudited(empty)
    const lodash = { version: '4.17.20', requires: {}, dependencies: {} }
    await registry.audit(kind, {
      dependencies: {
        '.': {
          version: '0.0.0',
          dependencies: { '@acme/x': { version: '1.0.0', dependencies: { lodash } } },
        },
      },
    })
    expect(asked[0]?.audit).toEqual({ requires: {}, dependencies: { lodash } })
  })

  it('gives back what the upstream says, and not what is no answer to it', async () => {
    const body = { dependencies: { lodash: { version: '4.17.20' } } }
    const { muted, ...rest } = empty
    expect(await (await createAudited(rest)).registry.audit(kind, body)).toEqual({ muted, ...rest })
    for (const answer of [{}, [], null, 'x', { ...empty, actions: {} }, { ...empty, metadata: {} }]) {
      const { registry } = await createAudited(answer)
      expect(await refusal(registry.audit(kind, body))).toBe('unavailable')
    }
  })

  it('that is nested without end is refused', async () => {
    const { registry } = await createAudited(empty)
    const deep = (key: string) => JSON.parse(`${`{"${key}":{"x":`.repeat(100_000)}{}${'}}'.repeat(100_000)}`)
    expect(await refusal(registry.audit(kind, deep('dependencies')))).toBe('invalid_request')
    expect(await registry.audit(kind, deep('requires'))).toEqual(empty)
  })
})

describe('an audit of very many packages', () => {
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`package-${index}`, ['1.0.0']]))

  it('lets everything else have its turn while they are looked up', async ({ onTestFinished }) => {
    const { registry, asked } = await createAudited()
    let turns = 0
    let next = setImmediate(function turn() {
      turns += 1
      next = setImmediate(turn)
    })
    onTestFinished(() => clearImmediate(next))
    await registry.audit('bulk', many(20_000))
    expect(Object.keys(asked[0]?.audit ?? {})).toHaveLength(20_000)
    // One every few milliseconds.
    expect(turns).toBeGreaterThan(5)
  })

  it('reads no more ranges than it can in a moment, and lets the others be any', async () => {
    const { registry, asked } = await createAudited(empty)
    const long = (version: number) => `^${version}.0.0${` || ^${version}.0.0`.repeat(2000)}`
    await registry.audit('quick', {
      requires: { a: long(1), b: long(2), c: long(3), d: long(1), e: '^1.0.0' },
      dependencies: { lodash: { version: '4.17.20' } },
    })
    const { a, b, ...rest } = Object(asked[0]?.audit.requires)
    expect([a, b]).toEqual([expect.stringMatching(/^>=1\.0\.0 <2/), expect.stringMatching(/^>=2\.0\.0 <3/)])
    expect(rest).toEqual({ c: '*', d: a, e: '>=1.0.0 <2.0.0-0' })
  })

  it('is refused when they are more than can be looked up', async () => {
    const { registry } = await createAudited()
    expect(await refusal(registry.audit('bulk', many(20_001)))).toBe('too_large')
  })
})

describe('an audit without an upstream', () => {
  it('is answered at once, with nothing, in the form that belongs to the question', async () => {
    const { withoutUpstream } = await createAudited()
    expect(await withoutUpstream.audit('bulk', { lodash: ['4.0.0'] })).toEqual({})
    for (const kind of ['quick', 'full'] as const)
      expect(await withoutUpstream.audit(kind, { dependencies: { lodash: { version: '4.0.0' } } })).toEqual(
        empty,
      )
  })
})
