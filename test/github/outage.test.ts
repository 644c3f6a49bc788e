import { setInterval } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { type Answer, type RegistryBeside, sent, startBeside } from './registry-beside.ts'

const TTL = 1
const outages = ['html', 'refuse', 'portal', 'malformed', 'silent'] as const
/** Milliseconds until a registry asks again that has waited for a silent GitHub as long as it does. */
const PATIENCE = 30_000
/** Milliseconds that each kind of trouble lasts; all of them together as long as NMR_TEST_OUTAGE says, in seconds. */
const LASTS = (Number(process.env.NMR_TEST_OUTAGE ?? 12) * 1000) / outages.length

interface Asked {
  readonly who: string | undefined
  readonly method: string
  readonly at: number
  readonly answer: Answer
}

/** Fifty requests a second of everybody, of each sort, until `isOver`. */
async function load({ ask }: RegistryBeside, isOver: () => boolean): Promise<readonly Asked[]> {
  const requests: Promise<Asked>[] = []
  const people = ['ghp_rita', 'ghp_sid', undefined, 'ghp_revoked', 'github_pat_wendy_read', 'ghp_wendy']
  for await (const _ of setInterval(20)) {
    if (isOver()) break
    const who = people[requests.length % people.length]
    const isWrite = requests.length % 5 === 0
    const path = isWrite
      ? '/-/package/@acme%2fx/dist-tags/next'
      : `/@acme%2f${Math.floor(requests.length / people.length) % 2 ? 'x' : 'none'}`
    const init = isWrite ? sent('PUT', '1.0.0') : {}
    const at = performance.now()
    requests.push(ask(who, path, init).then((answer) => ({ who, method: init.method ?? 'GET', at, answer })))
  }
  return Promise.all(requests)
}

it('while GitHub is away nothing opens up and nobody loses faith in their token, and it is over when it is over', async () => {
  const registry = await startBeside({ ttl: TTL, negative_ttl: 1 })
  const { github, ask, server } = registry
  await registry.publish('@acme/x')
  const began = performance.now()
  const asked = await load(registry, () => {
    const phase = Math.floor((performance.now() - began) / LASTS)
    if (phase >= outages.length) return true
    github.faults.outage = outages[phase]
    return false
  })
  const late = asked.filter(({ at }) => at - began > TTL * 1000)
  expect(late.length).toBeGreaterThan(100)
  const unavailable = late.filter(({ answer }) => answer.status === 503)
  expect(unavailable.length).toBeGreaterThan(late.length / 2)
  for (const { answer } of unavailable) {
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(JSON.parse(answer.body).error).toContain('GitHub')
  }
  // Who sends no token is asked for one, as ever; all others hear of the trouble, and not that their token is bad.
  for (const { who, answer } of late)
    expect([who, answer.status]).toEqual([who, who === undefined ? 401 : 503])

  github.faults.outage = undefined
  const back: readonly (readonly [token: string, path: string, init: RequestInit, status: number])[] = [
    ['ghp_rita', '/@acme%2fx', {}, 200],
    ['ghp_wendy', '/-/package/@acme%2fx/dist-tags/next', sent('PUT', '1.0.0'), 200],
    ['ghp_sid', '/@acme%2fx', {}, 404],
    ['ghp_revoked', '/@acme%2fx', {}, 401],
  ]
  for (const [token, path, init, status] of back)
    await vi.waitFor(async () => expect((await ask(token, path, init)).status, token).toBe(status), PATIENCE)
  expect(await server.stop()).toBe(0)
})

it('reads go on for as long as the operator allows them to, and writes do not', async () => {
  const registry = await startBeside({ ttl: TTL, negative_ttl: 1, stale_if_error: 3600 })
  const { github, ask } = registry
  await registry.publish('@acme/x')
  for (const [token, status] of [
    ['ghp_rita', 200],
    ['ghp_sid', 404],
  ] as const)
    expect((await ask(token, '/@acme%2fx')).status).toBe(status)
  const began = performance.now()
  const asked = await load(registry, () => {
    github.faults.outage = 'html'
    return performance.now() - began > 3 * TTL * 1000
  })
  const late = asked.filter(({ at }) => at - began > TTL * 1000)
  const of = (token: string, method: string) =>
    new Set(
      late
        .filter(({ who, method: how }) => who === token && how === method)
        .map(({ answer }) => answer.status),
    )
  expect(of('ghp_rita', 'GET')).toContain(200)
  expect(of('ghp_sid', 'GET')).not.toContain(200)
  expect(of('ghp_wendy', 'PUT')).toEqual(new Set([503]))
})

it('a registry starts while GitHub is away, and works once it is back', async () => {
  const registry = await startBeside({ ttl: TTL })
  await registry.publish('@acme/x')
  await registry.server.stop()
  registry.github.faults.outage = 'refuse'
  const { ask, github } = await registry.restart()
  expect((await ask(undefined, '/-/ping')).status).toBe(200)
  await vi.waitFor(async () => expect((await ask('ghp_rita', '/@acme%2fx')).status).toBe(503))
  github.faults.outage = undefined
  await vi.waitFor(async () => expect((await ask('ghp_rita', '/@acme%2fx')).status).toBe(200), PATIENCE)
})

it('a rate limit is passed on with the time that GitHub names', async () => {
  const registry = await startBeside({ ttl: 0 })
  await registry.publish('@acme/x')
  registry.github.limits.secondary = { retryAfter: 42 }
  const { status, headers, body } = await registry.ask('ghp_rita', '/@acme%2fx')
  expect(status).toBe(503)
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(40)
  expect(JSON.parse(body).error).toMatch(/GitHub/)
})
