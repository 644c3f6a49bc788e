import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { createRedirectUpstream } from '@nmr/upstream-redirect'
import { afterEach, describe, expect, it } from 'vitest'
import { type StandInUpstream, startStandInUpstream } from '../../../test/support/stand-in-upstream.ts'
import { createTestApp, type TestApp, writer } from './support.ts'

let test: TestApp
let upstream: StandInUpstream
afterEach(async () => {
  await test.app.close()
  await upstream.close()
})

/** A registry that hosts @acme, @own and `hidden`, before an upstream that answers so. */
async function start(answer: (response: ServerResponse) => void, auditTimeout = 5000): Promise<void> {
  upstream = await startStandInUpstream(answer)
  test = createTestApp(
    {},
    { allowUnscoped: true },
    createRedirectUpstream({ url: upstream.url, auditTimeout }),
  )
  await test.publish({ name: '@own/x', version: '1.0.0' })
  await test.publish({ name: 'hidden', version: '1.0.0' })
}

const paths = { bulk: 'advisories/bulk', quick: 'audits/quick', full: 'audits' } as const
type Kind = keyof typeof paths

const post = (kind: Kind, payload: string | Buffer | object, headers: Record<string, string> = {}) =>
  test.app.inject({
    method: 'POST',
    url: `/-/npm/v1/security/${paths[kind]}`,
    headers: { 'content-type': 'application/json', ...headers },
    payload,
  })

const names = ['@acme/x', '@ACME/X', '@Acme/never', '@own/x', '@own/y', 'hidden', 'HIDDEN']
const bulk = { ...Object.fromEntries(names.map((name) => [name, ['1.0.0']])), lodash: ['4.17.20'] }
const ranges = Object.fromEntries(names.map((name) => [name, '^1.0.0']))
const leaf = { version: '1.0.0', requires: ranges }
const level = Object.fromEntries(names.map((name) => [name, leaf]))
const tree = {
  name: '@acme/app',
  version: '9.9.9',
  install: ['@acme/x@1.0.0'],
  remove: ['hidden@1.0.0'],
  metadata: { of: '@own/x' },
  requires: { ...ranges, lodash: '^4.0.0' },
  dependencies: {
    ...level,
    lodash: {
      version: '4.17.20',
      requires: ranges,
      dependencies: {
        ...level,
        semver: { version: '1.0.0', requires: ranges, dependencies: level },
        hidden: { version: '1.0.0', dependencies: { '@acme/x': { ...leaf, dependencies: { ms: leaf } } } },
      },
    },
  },
}
const bodies: Readonly<Record<Kind, object>> = { bulk, quick: tree, full: tree }
const vulnerabilities = { info: 0, low: 0, moderate: 0, high: 0, critical: 0 }
const counts = { dependencies: 0, devDependencies: 0, optionalDependencies: 0, totalDependencies: 0 }
const none = { actions: [], advisories: {}, muted: [], metadata: { vulnerabilities, ...counts } }
const empty: Readonly<Record<Kind, object>> = { bulk: {}, quick: none, full: none }
const kinds = ['bulk', 'quick', 'full'] as const

const json = (answer: unknown) => (response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))

describe.each(kinds)('a %s audit', (kind) => {
  it.each(['identity', 'gzip'])(
    'is forwarded without a name of ours or a word of who asks, sent as %s',
    async (encoding) => {
      await start(json(empty[kind]))
      const text = JSON.stringify(bodies[kind])
      // A name may be written with escapes; that is the same name.
      const escaped = text.replaceAll('@acme', '\\u0040acme').replaceAll('"hidden"', '"\\u0068idden"')
      for (const sent of [text, escaped]) {
        const answer = await post(kind, encoding === 'gzip' ? gzipSync(sent) : sent, {
          ...writer,
          'content-encoding': encoding,
          cookie: 'session=canary',
          referer: 'audit @acme/x',
          'user-agent': 'npm/10.0.0 workspaces/canary',
          'npm-session': 'canary',
        })
        expect([answer.statusCode, answer.json()]).toEqual([200, empty[kind]])
      }
      expect(upstream.received).toHaveLength(2)
      for (const request of upstream.received) {
        expect(request).toMatchObject({ method: 'POST', url: `/npm/-/npm/v1/security/${paths[kind]}` })
        expect(request.body).toContain('lodash')
        expect(JSON.stringify(request)).not.toMatch(/acme|own\/|hidden|canary|token|9\.9\.9|\\u00/i)
        expect(request.headers).not.toHaveProperty('authorization')
        expect(request.headers).not.toHaveProperty('cookie')
      }
    },
  )

  it.each<[string, (response: ServerResponse) => void]>([
    ['never answers', () => {}],
    ['begins to answer and stops', (response) => response.writeHead(200).write('{"lod')],
    ['cuts its answer off', (response) => response.writeHead(200).write('{"lod', () => response.destroy())],
    ['cuts the connection', (response) => response.destroy()],
    ['answers 500', (response) => response.writeHead(500).end('{"error":"no"}')],
    ['answers 404', (response) => response.writeHead(404).end('{}')],
    ['answers HTML', (response) => response.writeHead(200).end('<html>hello</html>')],
    ['answers nothing', (response) => response.writeHead(200).end()],
    ['answers JSON that is no audit', json('hello')],
    ['answers a list', json([])],
    ['sends elsewhere', (response) => response.writeHead(307, { location: '/elsewhere' }).end()],
  ])('of an upstream that %s is answered with nothing, and one warning', async (_title, answer) => {
    await start(answer, 300)
    const got = await post(kind, bodies[kind])
    expect([got.statusCode, got.json()]).toEqual([200, empty[kind]])
    expect(upstream.received).toHaveLength(1)
    expect(test.log.filter((line) => line.level === 40)).toEqual([
      expect.objectContaining({ msg: 'an audit is answered with nothing' }),
    ])
  })

  it('of an upstream that never stops answering is answered with nothing, in flat memory', async () => {
    await start((response) => {
      const block = `"${'x'.repeat(1024 * 1024)}",`
      const more = () => {
        while (!response.destroyed && response.write(block));
      }
      response.writeHead(200).on('drain', more)
      more()
    }, 60_000)
    const before = process.memoryUsage.rss()
    expect((await post(kind, bodies[kind])).json()).toEqual(empty[kind])
    expect(process.memoryUsage.rss() - before).toBeLessThan(300 * 1024 * 1024)
  })

  it('of an upstream that is not there is answered with nothing', async () => {
    await start(json({}))
    await upstream.close()
    expect((await post(kind, bodies[kind])).json()).toEqual(empty[kind])
    upstream = await startStandInUpstream(json({}))
  })

  it.each([
    ['a list', '[]'],
    ['a string', '"lodash"'],
    ['null', 'null'],
    ['nothing', ''],
    ['members of the wrong kind', '{"dependencies":["lodash"],"lodash":4}'],
    [
      'a tree without end',
      `{"dependencies":${'{"x":{"dependencies":'.repeat(50_000)}{}${'}}'.repeat(50_000)}}`,
    ],
  ])('whose body is %s is answered 400 in words, and asks nobody', async (_title, body) => {
    await start(json({}))
    const answer = await post(kind, body)
    expect([answer.statusCode, answer.json().error]).toEqual([400, expect.stringMatching(/\w+ \w+/)])
    expect(upstream.received).toEqual([])
  })

  it('larger than any is answered 413', async () => {
    await start(json({}))
    const answer = await post(kind, gzipSync(`{"x":["${'x'.repeat(5 * 1024 * 1024)}"]}`), {
      'content-encoding': 'gzip',
    })
    expect(answer.statusCode).toBe(413)
  })
})

it('gives back what the upstream knows', async () => {
  const advisory = {
    id: 1523,
    title: 'Prototype pollution',
    severity: 'high',
    vulnerable_versions: '<4.17.21',
  }
  await start(json({ lodash: [advisory] }))
  expect((await post('bulk', bulk)).json()).toEqual({ lodash: [advisory] })
})

it('is asked whoever asks: a token that no longer holds breaks no install', async () => {
  await start(json({}))
  expect((await post('bulk', bulk, { authorization: 'Bearer long-gone' })).statusCode).toBe(200)
})

it('has no keys, which clients understand as packages without signatures', async () => {
  await start(json({}))
  const answer = await test.app.inject({ url: '/-/npm/v1/keys' })
  expect([answer.statusCode, answer.json().error]).toEqual([404, expect.any(String)])
})
