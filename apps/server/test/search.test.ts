import { gunzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import { createTestApp, reader, type TestApp, writer } from './support.ts'

const published = Date.parse('2024-01-01T00:00:00.000Z')

let test: TestApp
beforeEach(async () => {
  test = createTestApp({}, { allowUnscoped: true })
  const extra = {
    description: 'Does <x>',
    keywords: ['one', 'two'],
    author: 'Ann <ann@example.com>',
    homepage: 'https://x.example/',
  }
  await test.publish({ name: '@acme/x', version: '1.0.0', extra })
  await test.publish({ name: 'y', version: '2.0.0-beta.1' })
})

const get = (url: string, headers: Record<string, string> = {}) =>
  test.app.inject({ method: 'GET', url, headers: { ...reader, host: 'registry.test', ...headers } })

describe('GET /-/v1/search', () => {
  it('answers what npm and pnpm print', async () => {
    const answer = await get(
      '/-/v1/search?text=one&size=20&from=0&quality=0.65&popularity=0.98&maintenance=0.5',
    )
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'private, max-age=0, must-revalidate',
    })
    const wendy = { username: 'wendy', email: 'wendy@example.com' }
    expect(answer.json()).toEqual({
      objects: [
        {
          package: {
            name: '@acme/x',
            scope: 'acme',
            version: '1.0.0',
            description: 'Does <x>',
            keywords: ['one', 'two'],
            date: '2024-01-01T00:00:00.000Z',
            links: { homepage: 'https://x.example/' },
            author: { name: 'Ann', email: 'ann@example.com' },
            publisher: wendy,
            maintainers: [wendy],
          },
          score: { final: 1, detail: { quality: 1, popularity: 1, maintenance: 1 } },
          searchScore: 1,
        },
      ],
      total: 1,
      time: '2024-02-01T00:00:00.000Z',
    })
  })

  it('answers a page, with the total and falling scores', async () => {
    const { objects, total } = (await get('/-/v1/search')).json()
    expect(total).toBe(2)
    expect(objects.map((one: Found) => one.package.name)).toEqual(['@acme/x', 'y'])
    expect(objects[0].searchScore).toBeGreaterThan(objects[1].searchScore)
    const second = (await get('/-/v1/search/?text=&from=1&size=1')).json()
    expect([second.total, second.objects.length]).toEqual([2, 1])
    expect(second.objects[0]).toEqual(objects[1])
    expect((await get('/-/v1/search?size=1000000&text=%40acme')).json()).toMatchObject({ total: 1 })
  })

  it.each([
    ['a size in letters', 'size=x'],
    ['a negative size', 'size=-1'],
    ['an empty size', 'size='],
    ['two sizes', 'size=1&size=2'],
    ['a negative start', 'from=-1'],
    ['a start that is no number', 'from=NaN'],
    ['a text that nobody types', `text=${'x'.repeat(1001)}`],
  ])('refuses %s with a reason', async (_what, query) => {
    const answer = await get(`/-/v1/search?${query}`)
    expect(answer.statusCode).toBe(400)
    expect(answer.json().error).toMatch(/querystring\/(?:size|from|text) Expected/)
  })

  it('shows nobody what they may not read', async () => {
    for (const authorization of ['', 'Bearer wrong', 'Basic !'])
      expect((await get('/-/v1/search?text=x', { authorization })).json()).toMatchObject({
        objects: [],
        total: 0,
      })
  })

  it('sees a publish at once, and a whole unpublish', async () => {
    expect((await get('/-/v1/search?text=fresh')).json().total).toBe(0)
    await test.publish({ name: 'fresh', version: '1.0.0' })
    expect((await get('/-/v1/search?text=fresh')).json().total).toBe(1)
    const { _rev } = (await get('/fresh')).json()
    await test.app.inject({ method: 'DELETE', url: `/fresh/-rev/${_rev}`, headers: writer })
    expect((await get('/-/v1/search?text=fresh')).json().total).toBe(0)
  })

  it('is answered to HEAD without a body, and to no other method', async () => {
    const options = { url: '/-/v1/search?text=x', headers: { ...reader, host: 'registry.test' } }
    const head = await test.app.inject({ ...options, method: 'HEAD' })
    expect([head.statusCode, head.body]).toEqual([200, ''])
    const put = await test.app.inject({ ...options, method: 'PUT' })
    expect([put.statusCode, typeof put.json().error]).toEqual([404, 'string'])
  })
})

describe('GET /-/all', () => {
  const x = {
    name: '@acme/x',
    description: 'Does <x>',
    'dist-tags': { latest: '1.0.0' },
    maintainers: [{ name: 'wendy', email: 'wendy@example.com' }],
    time: { modified: '2024-01-01T00:00:00.000Z' },
    versions: { '1.0.0': 'latest' },
    keywords: ['one', 'two'],
  }

  it('answers every package by name, behind the time of the newest change', async () => {
    const answer = await get('/-/all')
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'private, max-age=0, must-revalidate',
    })
    expect(Object.keys(answer.json())).toEqual(['_updated', '@acme/x', 'y'])
    expect(answer.json()).toMatchObject({ _updated: published, '@acme/x': x, y: { name: 'y' } })
    expect(answer.body.startsWith(`{"_updated":${published},`)).toBe(true)
  })

  it('answers what has changed since, and that nothing has', async () => {
    const since = async (time: string | number) =>
      (await get(`/-/all/since?stale=update_after&startkey=${time}`)).json()
    expect(Object.keys(await since(published))).toEqual(['_updated', '@acme/x', 'y'])
    expect(await since(published + 1)).toEqual({ _updated: published + 1 })
    expect(await since('yesterday')).toMatchObject({ error: expect.stringContaining('startkey') })
  })

  it('comes with gzip where the client takes it, and to HEAD without a body', async () => {
    const answer = await get('/-/all', { 'accept-encoding': 'gzip' })
    expect(answer.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' })
    expect(JSON.parse(gunzipSync(answer.rawPayload).toString())).toMatchObject({ '@acme/x': x })
    const head = await test.app.inject({ method: 'HEAD', url: '/-/all', headers: reader })
    expect([head.statusCode, head.body]).toEqual([200, ''])
  })

  it('shows nobody what they may not read', async () => {
    expect((await get('/-/all', { authorization: '' })).json()).toEqual({ _updated: 0 })
  })

  it('is whole when there are many', async () => {
    test = createTestApp({}, { allowUnscoped: true })
    const names = Array.from({ length: 250 }, (_, n) => `many-${String(n).padStart(3, '0')}`)
    for (const name of names) await test.publish({ name, version: '1.0.0' })
    expect(Object.keys((await get('/-/all')).json())).toEqual(['_updated', ...names])
  })
})

interface Found {
  readonly package: { readonly name: string }
}
