import { setInterval } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type RegistryBeside, startBeside } from './registry-beside.ts'

const TTL = 2
/** Milliseconds for which it is looked whether anything works after the bound. */
const AFTER = 1500
const EVERY = 10

interface Seen {
  /** Milliseconds after the loss when the request was sent; negative before it. */
  readonly sent: number
  readonly status: number
  readonly path: string
}

const paths = ['/@acme%2fx', '/@acme%2fx/-/x-1.0.0.tgz', '/@acme/x/latest', '/-/package/@acme%2fx/dist-tags']

/** Asks a hundred times a second, with and without what the client has already; takes something away after a while, and goes on. */
async function watchLoss(
  { ask, github }: RegistryBeside,
  token: string,
  lose: () => void,
): Promise<readonly Seen[]> {
  const started = performance.now()
  const requests: Promise<Seen>[] = []
  const { headers } = await ask(token, '/@acme%2fx')
  const known = { 'if-none-match': headers.get('etag') ?? '' }
  const before = github.calls.length
  let lost: number | undefined
  for await (const _ of setInterval(EVERY)) {
    const now = performance.now()
    // The worst moment: when GitHub has just said for another time that all is well.
    const asked = github.calls.length
    if (lost === undefined && now - started > 1000 && asked > before) {
      lose()
      lost = performance.now()
    }
    if (lost !== undefined && now - lost > TTL * 1000 + AFTER) break
    const path = paths[requests.length % paths.length] ?? ''
    const init = requests.length % 8 === 0 ? { headers: known } : {}
    requests.push(ask(token, path, init).then(({ status }) => ({ sent: now, status, path })))
  }
  return (await Promise.all(requests)).map((seen) => ({ ...seen, sent: seen.sent - (lost ?? 0) }))
}

it.each([
  ['a token is revoked', 401, ({ github }: RegistryBeside) => revoke(github, 'ghp_rita')],
  ['a role is taken away', 404, ({ github }: RegistryBeside) => strip(github)],
  [
    'a scope is taken away',
    404,
    ({ github }: RegistryBeside) => Object.assign(tokenOf(github, 'ghp_rita'), { scopes: [] }),
  ],
  ['a repository is deleted', 404, ({ github }: RegistryBeside) => github.repositories.clear()],
] as const)(
  'once %s, all requests are refused within ttl, while 100 a second go on',
  async (what, status, lose) => {
    const registry = await startBeside({ ttl: TTL, negative_ttl: 1 })
    await registry.publish('@acme/x')
    const seen = await watchLoss(registry, 'ghp_rita', () => lose(registry))
    const granted = seen.filter(({ status }) => status < 400)
    const before = granted.filter(({ sent }) => sent < 0)
    expect(before.length).toBeGreaterThan(100)
    expect(before.map(({ status }) => status)).toContain(304)
    // What was sent just before may have been looked at after.
    expect(seen.filter((one) => one.sent < -500 && one.status >= 400)).toEqual([])
    // The log has no time for answers that are given again.
    const again = registry.server.output.filter((line) => line.includes('"ms":0,'))
    expect(again.length).toBeGreaterThan(50)
    const last = Math.max(...granted.map(({ sent }) => sent))
    console.log(`${what}: worked for ${Math.round(last)} ms more, of ${TTL * 1000}`)
    expect(last).toBeLessThan(TTL * 1000)
    const after = seen.filter(({ sent }) => sent > TTL * 1000)
    expect(after.length).toBeGreaterThan(100)
    for (const path of paths) expect(after.map((one) => one.path)).toContain(path)
    expect(new Set(after.map((one) => one.status))).toEqual(new Set([status]))
    expect(registry.github.count(/^/, tokenOf(registry.github, 'ghp_rita'))).toBeLessThan(20)
  },
)

it('a restart does not make what was lost work longer', async () => {
  const registry = await startBeside({ ttl: TTL, negative_ttl: 1 })
  await registry.publish('@acme/x')
  expect((await registry.ask('ghp_rita', '/@acme%2fx')).status).toBe(200)
  const asked = performance.now()
  strip(registry.github)
  const { ask } = await registry.restart()
  const statuses: (readonly [number, number])[] = []
  do {
    const sent = performance.now() - asked
    statuses.push([sent, (await ask('ghp_rita', '/@acme%2fx')).status])
  } while (statuses.at(-1)?.[1] === 200)
  expect(statuses.at(-1)?.[1]).toBe(404)
  expect(Math.max(0, ...statuses.slice(0, -1).map(([sent]) => sent))).toBeLessThan(TTL * 1000)
})

function tokenOf({ tokens }: RegistryBeside['github'], value: string) {
  const token = tokens.get(value)
  if (token === undefined) throw new Error(`${value} was not seeded`)
  return token
}

function revoke(github: RegistryBeside['github'], value: string): void {
  tokenOf(github, value).isRevoked = true
}

function strip({ byName }: RegistryBeside['github']): void {
  const tools = byName('acme/tools')
  if (tools) tools.roles = { adam: 'admin', wendy: 'write' }
}
