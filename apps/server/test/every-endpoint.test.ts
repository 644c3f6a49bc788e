import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { absent, addresses, endpoints, type Method, methods } from './endpoints.ts'
import { createTestApp, reader, type TestApp, writer } from './support.ts'

/*
 * Every address that docs/PROTOCOL.md names, in each of its spellings, with methods and bodies that are not meant for
 * it. Whatever comes, the answer is JSON with a reason, and the registry's fault never.
 */

const spellings = ['@acme/x', '@acme%2fx', '@acme%2Fx', '%40acme%2fx', '%40acme/x']

const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
/** Refused before it is found to be no JSON. */
const crowded = `{"a":[${','.repeat(800_000)}`
const large = `{"name":"${'x'.repeat(2_000_000)}"}`

/** Bodies that no endpoint is meant to get, or few. */
const bodies: Readonly<Record<string, string | Buffer>> = {
  nothing: '',
  'an object': '{}',
  'an array': '[]',
  'an array of an object': '[{"type":"github"}]',
  'a string': '"1.0.0"',
  'a number': '17',
  null: 'null',
  'a boolean': 'true',
  'members of the wrong type':
    '{"name":[],"versions":"x","users":[1],"maintainers":{},"_attachments":7,"access":{},"user":{},"dependencies":[]}',
  'members of the wrong type, one level down':
    '{"name":"@acme/x","versions":{"1.0.0":[]},"maintainers":[null],"_attachments":{"x":null},"dist-tags":{"a":{}}}',
  'a prototype': '{"__proto__":{"admin":true},"constructor":{"prototype":{}}}',
  'deep nesting': nested,
  'deep nesting in a member': `{"versions":${nested}}`,
  'two megabytes': large,
  'half of a JSON': '{"name":',
  'no UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
}

let test: TestApp
beforeAll(async () => {
  test = createTestApp()
  await test.publish({ name: '@acme/x', version: '1.0.0' })
})

interface Sent {
  readonly headers?: Record<string, string>
  readonly payload?: string | Buffer
}

async function send(method: Method, url: string, { headers = reader, payload }: Sent = {}) {
  const answer = await test.app.inject({
    method,
    url,
    headers: { ...(payload !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(payload !== undefined && { payload }),
  })
  const called = `${method} ${url}: ${answer.statusCode} ${answer.body.slice(0, 300)}`
  return { answer, called }
}

/** No answer may be a fault, and each that refuses has to say why, in JSON. */
function expectSensible({ answer, called }: Awaited<ReturnType<typeof send>>, method: Method): void {
  expect(answer.statusCode, called).toBeLessThan(500)
  if (answer.statusCode < 400) return
  expect(answer.headers['content-type'], called).toMatch(/^application\/json/)
  const { error, reason } = method === 'HEAD' ? { error: 'no body', reason: 'no body' } : answer.json()
  expect(error, called).toMatch(/\w+ \w+/)
  expect(reason, called).toBe(error)
}

const spelled = (path: string) =>
  path.includes(':pkg') ? spellings.map((name) => path.replace(':pkg', name)) : [path]

describe('every address', () => {
  it.each(addresses)(
    '%s is answered the same in each spelling, with and without a slash at its end',
    async (path) => {
      for (const method of methods) {
        const answers = new Map<string, string>()
        for (const url of spelled(path)) {
          for (const slash of path === '/' ? [''] : ['', '/']) {
            const got = await send(method, `${url}${slash}`)
            expectSensible(got, method)
            answers.set(`${got.answer.statusCode}`, got.called)
          }
        }
        expect(answers.size, [...answers.values()].join('\n')).toBe(1)
      }
    },
  )

  it.each(endpoints)('answers %s %s, and says so with 405 to all else', async (answered, path) => {
    const known = new Set(answered.split(' '))
    if (known.has('GET')) known.add('HEAD')
    for (const method of methods) {
      const { answer, called } = await send(method, path.replace(':pkg', '@acme%2fx'))
      expect(answer.statusCode === 405, called).toBe(!known.has(method))
      if (known.has(method)) continue
      const allow = String(answer.headers.allow).split(', ')
      expect(allow, called).toEqual(expect.arrayContaining([...known]))
      expect(allow, called).not.toContain(method)
    }
  })

  it.each(absent)('%s, which is not here, is answered with a 400 or 404', async (path) => {
    for (const method of methods) {
      const { answer, called } = await send(method, path.replace(':pkg', '@acme%2fx'))
      expect([400, 404], called).toContain(answer.statusCode)
    }
  })

  it.each(addresses)('%s takes HEAD as it takes GET', async (path) => {
    const url = path.replace(':pkg', '@acme%2fx')
    const { answer: get } = await send('GET', url)
    const { answer: head, called } = await send('HEAD', url)
    expect([head.statusCode, head.body], called).toEqual([get.statusCode, ''])
    expect(head.headers['content-type'], called).toBe(get.headers['content-type'])
  })
})

describe('a body that is not meant for its address', () => {
  it.each(Object.entries(bodies))('%s: never a fault', async (_title, payload) => {
    for (const path of addresses) {
      const url = path.replace(':pkg', '@acme%2fx')
      for (const method of ['GET', 'PUT', 'POST', 'DELETE'] as const) {
        expectSensible(await send(method, url, { headers: writer, payload }), method)
      }
    }
  })

  it.each([
    ['gzip that is none', { 'content-encoding': 'gzip' }, '{}', [400, 415]],
    ['gzip of nonsense', { 'content-encoding': 'gzip' }, gzipSync('nonsense'), [400]],
    ['another encoding', { 'content-encoding': 'br' }, '{}', [415]],
    ['another type', { 'content-type': 'text/plain' }, 'hello', [415]],
  ])('%s is refused wherever a body is read', async (_title, headers, payload, statuses) => {
    for (const [answered, path] of endpoints) {
      for (const method of ['PUT', 'POST'] as const) {
        if (!answered.split(' ').includes(method)) continue
        const url = path.replace(':pkg', '@acme%2fx')
        const got = await send(method, url, { headers: { ...writer, ...headers }, payload })
        expectSensible(got, method)
        expect(statuses, got.called).toContain(got.answer.statusCode)
      }
    }
  })

  it('that is nested too deeply is refused before it is parsed, wherever a body is read', async () => {
    for (const [answered, path] of endpoints) {
      for (const method of ['PUT', 'POST'] as const) {
        if (!answered.split(' ').includes(method)) continue
        const url = path.replace(':pkg', '@acme%2fx')
        const { answer, called } = await send(method, url, { headers: writer, payload: `{"a":${nested}}` })
        expect([answer.statusCode, answer.json().error], called).toEqual([
          400,
          expect.stringContaining('1000 levels'),
        ])
      }
    }
  })

  it('that holds more than can be parsed at once is refused before it is, wherever a body is read', async () => {
    for (const [answered, path] of endpoints) {
      for (const method of ['PUT', 'POST'] as const) {
        if (!answered.split(' ').includes(method)) continue
        const url = path.replace(':pkg', '@acme%2fx')
        const { answer, called } = await send(method, url, { headers: writer, payload: crowded })
        expect([answer.statusCode, answer.json().error], called).toEqual([
          400,
          expect.stringMatching(/holds more than [17][05]0000 values/),
        ])
      }
    }
  })

  it('that is empty is no obstacle where none is needed, with a content-type and without', async () => {
    for (const headers of [{}, { 'content-type': 'application/json' }, { 'content-length': '0' }]) {
      const { answer } = await send('DELETE', '/-/user/token/abc', { headers: { ...reader, ...headers } })
      expect(answer.statusCode).toBe(200)
      const login = await send('POST', '/-/v1/login', { headers: { ...headers } })
      expect([login.answer.statusCode, login.answer.json().error]).toEqual([
        404,
        expect.stringContaining('--auth-type=legacy'),
      ])
    }
  })

  it('comes with the GET of npm 2, and does no harm', async () => {
    const { answer } = await send('GET', '/@acme%2fx?write=true', { payload: '{"name":"ann"}' })
    expect([answer.statusCode, answer.json().name]).toEqual([200, '@acme/x'])
  })
})

describe('the log', () => {
  it('has nothing to warn of after all this', async () => {
    for (const path of addresses) {
      for (const method of methods) await send(method, path.replace(':pkg', '@acme%2fx'), { payload: '[' })
    }
    expect(test.log.length).toBeGreaterThan(300)
    expect(test.log.filter(({ level }) => Number(level) >= 40)).toEqual([])
  })
})
