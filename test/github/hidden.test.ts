import { expect, it } from 'vitest'
import { endpoints } from '../../apps/server/test/endpoints.ts'
import { type Answer, type RegistryBeside, sent, startBeside } from './registry-beside.ts'

const spellings = ['@acme/x', '@acme%2fx', '@acme%2Fx', '%40acme%2fx', '%40acme/x', '%40acme%2Fx']
const paths = [
  ...endpoints.map(([, path]) => path).filter((path) => path.includes(':pkg')),
  '/-/package/:pkg/permission',
  '/:pkg/beta',
]

/** Ways to ask, none of which may be a way around. */
const questions: Readonly<Record<string, RequestInit>> = {
  GET: {},
  HEAD: { method: 'HEAD' },
  'GET of a range': { headers: { range: 'bytes=0-9' } },
  'HEAD of a range': { method: 'HEAD', headers: { range: 'bytes=0-9' } },
  'GET of what changed': { headers: { 'if-modified-since': new Date(0).toUTCString() } },
  'GET of the abbreviated document': { headers: { accept: 'application/vnd.npm.install-v1+json' } },
  'GET in gzip': { headers: { 'accept-encoding': 'gzip' } },
  'GET as npm 2 does before a write': { headers: { 'npm-session': '1', referer: 'publish' } },
  DELETE: { method: 'DELETE' },
  'PUT of a tag': sent('PUT', '1.0.0'),
  'POST of tags': sent('POST', { latest: '1.0.0' }),
}

/** All that an answer tells, with the name of the package left out. */
function told({ status, headers, body }: Answer, name: string): unknown {
  const { date: _, ...rest } = Object.fromEntries(headers)
  return {
    status,
    headers: rest,
    body: body.replaceAll(`@acme/${name}`, 'it').replaceAll(`${name}-1.0.0`, 'it'),
  }
}

/** @acme/x is there and @acme/y is not; adam, who may read it, has asked just now, so that there are answers to give again. */
async function startWithSecret(): Promise<RegistryBeside> {
  const registry = await startBeside({ ttl: 3600, negative_ttl: 3600 })
  await registry.publish('@acme/x')
  return registry
}

it.each([
  ['a stranger', 'ghp_sid', 404],
  ['a token for public repositories', 'ghp_wendy_public', 404],
  ['nobody', undefined, 401],
  ['a revoked token', 'ghp_revoked', 401],
] as const)(
  'to %s a package that is hidden is one that does not exist, however it is asked for',
  async (_who, token, refused) => {
    const { ask } = await startWithSecret()
    // From now on it is known what GitHub says of the token.
    await ask(token, '/@acme%2fz')
    const statuses = new Set<number>()
    for (const path of paths) {
      for (const spelling of spellings) {
        const asked = Object.entries(questions).map(async ([title, init]) => {
          // docs/github.md says what a publish tells.
          if (path === '/:pkg' && init.method === 'PUT') return
          const hidden = path.replace(':pkg', spelling)
          const absent = hidden.replaceAll('x', 'y').replace('1-y', '1-x')
          // So that there is an answer to give again.
          if (init.method === undefined) await ask('ghp_adam', hidden, init)
          const [one, other] = await Promise.all([ask(token, hidden, init), ask(token, absent, init)])
          const called = `${title} ${hidden}: ${one.status} ${one.body}`
          expect(told(one, 'x'), called).toEqual(told(other, 'y'))
          if (path.endsWith('/permission')) return
          expect([refused, 400, 405], called).toContain(one.status)
          statuses.add(one.status)
        })
        await Promise.all(asked)
      }
    }
    expect(statuses).toContain(refused)
  },
)

it('what one may read, one is given in every spelling of its name', async () => {
  const { ask } = await startWithSecret()
  for (const spelling of spellings) {
    expect((await ask('ghp_rita', `/${spelling}`)).status).toBe(200)
    expect((await ask('ghp_rita', `/${spelling}/-/x-1.0.0.tgz`)).status).toBe(200)
    expect(
      (await ask('ghp_rita', `/${spelling}/-/x-1.0.0.tgz`, { headers: { range: 'bytes=0-9' } })).status,
    ).toBe(206)
  }
})

it('searches, lists and the feed of all packages show nobody what they may not read', async () => {
  const { ask } = await startWithSecret()
  for (const path of ['/-/v1/search?text=x', '/-/all', '/-/org/acme/package']) {
    const { body, status } = await ask('ghp_rita', path)
    expect([status, body], path).toEqual([200, expect.stringContaining('@acme/x')])
    for (const token of ['ghp_sid', 'ghp_wendy_public', undefined, 'ghp_revoked']) {
      const { body: shown } = await ask(token, path)
      expect(shown, `${path} as ${token}`).not.toContain('@acme/x')
    }
  }
})
