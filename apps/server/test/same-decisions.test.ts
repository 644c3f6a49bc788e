import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { type Authorizer, createRegistry, type Decision } from '@nmr/core'
import {
  createIdMaker,
  createMemoryAuthorizer,
  createMemoryMetadataStore,
  createMemoryTarballStore,
  createSteppableClock,
  type MemoryPerson,
} from '@nmr/core/testing'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { publishDocument } from '../../../test/support/publish-document.ts'
import { buildApp } from '../src/app.ts'
import type { App } from '../src/route-context.ts'

/*
 * Who gets what, asked in both ways: over a socket, where an answer may be one that was given before, and by `inject`,
 * which comes by the routes and is decided anew each time.
 */

/** Milliseconds for which the authorizer keeps to a yes. */
const TTL = 60_000

const clock = createSteppableClock()
let table: Record<string, MemoryPerson>
let isReachable: boolean
let app: App
let port: number

beforeEach(async () => {
  isReachable = true
  table = {
    wendy: { token: 'wendy-token', may: { '@acme': 'everything' } },
    ann: { token: 'ann-token', may: { '@acme': ['read'] } },
    bob: { token: 'bob-token', may: {} },
  }
  const registry = createRegistry(
    {
      metadata: createMemoryMetadataStore(),
      tarballs: createMemoryTarballStore({ clock }),
      authorizer: keepingToItsYes(),
      clock,
      makeId: createIdMaker(),
    },
    { hostedScopes: ['@acme'] },
  )
  app = buildApp({
    registry,
    logger: pino({ level: 'silent' }),
    clock,
    maxTarballSize: 1e6,
    spoolPath: 'never-used',
    answerCacheSize: 1e6,
    immutableTarballs: true,
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  port = (app.server.address() as { port: number }).port
  for (const version of ['1.0.0', '1.1.0']) await publish(version)
  clock.advance(5000)
})
afterEach(() => app.close())

/**
 * Decides by the table as it is then, and keeps to a yes for as long as it says so with it. A token that holds no longer
 * is found out by `decide`, as GitHub's authorizer does: nothing of it is asked before.
 */
function keepingToItsYes(): Authorizer {
  const tokens = new WeakMap<object, string>()
  const yes = new Map<string, { readonly decision: Decision; readonly until: number }>()

  async function decided(
    ...[principal, action, subject]: Parameters<Authorizer['decide']>
  ): Promise<Decision> {
    const authorizer = createMemoryAuthorizer(table)
    authorizer.setReachable(isReachable)
    const token = principal && tokens.get(principal)
    const known = await authorizer.authenticate(token === undefined ? undefined : { kind: 'bearer', token })
    if (known === undefined && principal !== undefined)
      return { outcome: 'denied', reason: 'your token is not accepted', unauthenticated: true }
    return authorizer.decide(known, action, subject)
  }

  return {
    async authenticate(credential) {
      if (credential === undefined) return undefined
      const principal = { name: 'somebody' }
      tokens.set(principal, credential.kind === 'bearer' ? credential.token : credential.password)
      return principal
    },
    login: async () => undefined,
    async decide(principal, action, subject) {
      const key = [principal && tokens.get(principal), action, subject.name].join('\n')
      const now = clock().getTime()
      const kept = yes.get(key)
      if (kept !== undefined && now < kept.until) return kept.decision
      const decision = await decided(principal, action, subject)
      if (decision.outcome !== 'granted') return decision
      const until = now + TTL
      yes.set(key, { decision: { ...decision, until }, until })
      return { ...decision, until }
    },
    explain: () => Promise.reject(new Error('nobody asks')),
    close: async () => {},
  }
}

async function publish(version: string): Promise<void> {
  const payload = publishDocument({ name: '@acme/x', version })
  const headers = { authorization: 'Bearer wendy-token' }
  expect((await app.inject({ method: 'PUT', url: '/@acme%2fx', headers, payload })).statusCode).toBe(201)
}

async function unpublish(version: string): Promise<void> {
  const headers = { authorization: 'Bearer wendy-token' }
  const { _rev, versions, ...document } = (await app.inject({ url: '/@acme%2fx', headers })).json()
  delete versions[version]
  const url = `/@acme%2fx/-rev/${_rev}`
  const payload = { ...document, versions }
  expect((await app.inject({ method: 'PUT', url, headers, payload })).statusCode).toBe(201)
}

const credentials: Readonly<Record<string, string | undefined>> = {
  nobody: undefined,
  wendy: 'Bearer wendy-token',
  ann: 'Bearer ann-token',
  'ann, with her password': `Basic ${Buffer.from('ann:ann-token').toString('base64')}`,
  bob: 'Bearer bob-token',
  'a token that never held': 'Bearer nonsense',
  'a scheme that nobody knows': 'Digest ann-token',
}

const urls = [
  '/@acme%2fx',
  '/@acme/x/1.0.0',
  '/@acme/x/latest',
  '/-/package/@acme%2fx/dist-tags',
  '/@acme/x/-/x-1.0.0.tgz',
  '/@acme%2fmissing',
]

describe('an answer that is given again and one that is worked out', () => {
  const all = urls.map(() => 200)
  const [ofReader, ofStranger] = [[...all.slice(1), 404], urls.map(() => 404)]
  const ofNobody = urls.map(() => 401)

  it('are decided the same for everybody', async () => {
    expect(await expectSameBothWays()).toEqual({
      nobody: ofNobody,
      wendy: ofReader,
      ann: ofReader,
      'ann, with her password': ofReader,
      bob: ofStranger,
      'a token that never held': ofNobody,
      'a scheme that nobody knows': ofNobody,
    })
  })

  it('are both refused from the moment on that a yes no longer holds, and not before', async () => {
    await expectSameBothWays()
    table.ann = { token: 'ann-token', may: {} }
    delete table.wendy
    clock.advance(TTL - 1)
    expect(await expectSameBothWays()).toMatchObject({ ann: ofReader, wendy: ofReader })
    clock.advance(1)
    expect(await expectSameBothWays()).toMatchObject({
      ann: ofStranger,
      'ann, with her password': ofStranger,
      wendy: ofNobody,
    })
  })

  it('are both granted at once to who was refused before', async () => {
    await expectSameBothWays()
    table.bob = { token: 'bob-token', may: { '@acme/x': ['read'] } }
    expect(await expectSameBothWays()).toMatchObject({ bob: ofReader.with(-1, 404) })
  })

  it('are both refused while nobody can say who may read, but for what holds already', async () => {
    await expectSameBothWays()
    isReachable = false
    const unavailable = urls.map(() => 503)
    expect(await expectSameBothWays()).toMatchObject({
      nobody: unavailable,
      bob: unavailable,
      ann: [...all.slice(1), 404],
    })
    clock.advance(TTL)
    expect(await expectSameBothWays()).toMatchObject({ ann: unavailable, wendy: unavailable })
  })

  it('are the same after every change of the package', async () => {
    await publish('1.2.0')
    await expectSameBothWays()
    clock.advance(1000)
    await expectSameBothWays()
    await unpublish('1.0.0')
    expect((await expectSameBothWays()).ann).toEqual([200, 410, 200, 200, 410, 404])
    clock.advance(1000)
    expect((await expectSameBothWays()).ann).toEqual([200, 410, 200, 200, 410, 404])
  })
})

type Statuses = Readonly<Record<string, readonly number[]>>

/**
 * Asks for everything as everybody, each twice over a socket so that the second may be given again, and expects the
 * status, the validators and the bytes that the routes answer with now.
 *
 * @returns the statuses for each, in the order of `urls`
 */
async function expectSameBothWays(): Promise<Statuses> {
  const statuses: Record<string, number[]> = {}
  for (const [who, authorization] of Object.entries(credentials)) {
    for (const url of urls) {
      const headers = { host: 'registry.test', ...(authorization && { authorization }) }
      const { statusCode, rawPayload, headers: answered } = await app.inject({ url, headers })
      const { etag, 'last-modified': lastModified, 'cache-control': cacheControl } = answered
      const decided = { statusCode, etag, lastModified, cacheControl, body: rawPayload.toString('latin1') }
      for (let times = 0; times < 2; times++)
        expect(await overSocket(url, headers), `${who}: ${url}`).toEqual(decided)
      statuses[who] = [...(statuses[who] ?? []), statusCode]
    }
  }
  return statuses
}

async function overSocket(path: string, headers: Readonly<Record<string, string>>) {
  const socket = connect(port, '127.0.0.1')
  const lines = Object.entries({ ...headers, connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
  socket.setEncoding('latin1')
  const answer = await text(socket)
  const end = answer.indexOf('\r\n\r\n')
  const header = (name: string) => new RegExp(`\r\n${name}: ([^\r]*)`, 'i').exec(answer.slice(0, end))?.[1]
  return {
    statusCode: Number(answer.split(' ', 2)[1]),
    etag: header('etag'),
    lastModified: header('last-modified'),
    cacheControl: header('cache-control'),
    body: answer.slice(end + 4),
  }
}
