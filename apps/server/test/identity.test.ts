import { beforeEach, describe, expect, it } from 'vitest'
import { createTestApp, reader, type TestApp, writer } from './support.ts'

let test: TestApp
beforeEach(async () => {
  test = createTestApp()
  await test.publish({ name: '@acme/x', version: '1.0.0' })
  await test.publish({ name: '@other/y', version: '1.0.0' })
})

const send = (
  method: 'GET' | 'PUT' | 'POST' | 'DELETE',
  url: string,
  payload?: object,
  headers: object = writer,
) => test.app.inject({ method, url, headers: { ...headers }, ...(payload && { payload }) })

describe('login', () => {
  const user = '/-/user/org.couchdb.user:wendy'

  it.each([
    [
      'with all that npm 2 to 12 and pnpm send',
      { _id: 'org.couchdb.user:wendy', email: 'w@x', type: 'user', roles: [], date: '' },
    ],
    ['with the two members that berry 2 sends', {}],
  ])('is answered 201 with a token %s', async (_title, more) => {
    const answer = await send('PUT', user, { name: 'wendy', password: 'writer-token', ...more }, {})
    expect([answer.statusCode, answer.json()]).toEqual([
      201,
      { ok: true, id: 'org.couchdb.user:wendy', rev: expect.any(String), token: 'writer-token' },
    ])
  })

  it('goes by the body, whatever credential comes along, and by which of the two paths', async () => {
    const stale = { authorization: 'Bearer of yesterday' }
    for (const url of [user, `${user}/-rev/1-0`]) {
      expect((await send('PUT', url, { name: 'wendy', password: 'writer-token' }, stale)).statusCode).toBe(
        201,
      )
    }
    const wrong = await send('PUT', user, { name: 'wendy', password: 'guess' }, writer)
    expect([wrong.statusCode, wrong.json().error]).toEqual([
      401,
      `the password given for "wendy" is not accepted, or is somebody else's; a token goes with its holder's name`,
    ])
    expect((await send('PUT', user, { name: 'wendy' })).statusCode).toBe(400)
  })

  it('in the browser is declined in a way that makes clients ask for the password', async () => {
    const answer = await send('POST', '/-/v1/login', {}, { authorization: 'Bearer of yesterday' })
    expect([answer.statusCode, answer.json().error]).toEqual([
      404,
      expect.stringContaining('--auth-type=legacy'),
    ])
  })
})

describe('logout', () => {
  it('succeeds for every token, known or not, so that npm forgets it', async () => {
    for (const token of ['writer-token', 'unknown', 'a%2Fb']) {
      const answer = await send('DELETE', `/-/user/token/${token}`, undefined, {
        authorization: `Bearer ${token}`,
      })
      expect([answer.statusCode, answer.json()]).toEqual([200, { ok: true }])
    }
    expect(JSON.stringify(test.log)).not.toMatch(/writer-token|unknown|a%2Fb/)
  })
})

describe('who somebody is', () => {
  it('is told to them', async () => {
    expect((await send('GET', '/-/whoami')).json()).toEqual({ username: 'wendy' })
    expect((await send('GET', '/-/npm/v1/user')).json()).toMatchObject({
      name: 'wendy',
      email: 'wendy@example.com',
      tfa: null,
    })
    expect((await send('GET', '/-/npm/v1/tokens')).json()).toEqual({ objects: [], total: 0, urls: {} })
    expect((await send('GET', '/-/user/org.couchdb.user:ann')).json()).toMatchObject({
      name: 'ann',
      email: '',
    })
  })

  it('is 401 for nobody, with the next step', async () => {
    for (const url of [
      '/-/whoami',
      '/-/npm/v1/user',
      '/-/npm/v1/tokens',
      '/-/user/org.couchdb.user:ann',
      '/-/org/acme/package',
    ]) {
      const answer = await send('GET', url, undefined, {})
      expect([url, answer.statusCode, answer.json().error]).toEqual([
        url,
        401,
        expect.stringContaining('npm login'),
      ])
    }
  })
})

describe('npm access', () => {
  it('shows what is known', async () => {
    expect((await send('GET', '/-/package/@acme%2fx/visibility')).json()).toEqual({ public: false })
    expect((await send('GET', '/-/package/%40acme%2Fx/access')).json()).toEqual({ access: 'restricted' })
    expect((await send('GET', '/-/package/@acme%2fx/collaborators')).json()).toEqual({ wendy: 'write' })
    expect((await send('GET', '/-/package/@acme%2fx/collaborators', undefined, reader)).json()).toEqual({
      rita: 'read',
    })
    expect((await send('GET', '/-/org/acme/package')).json()).toEqual({ '@acme/x': 'write' })
    expect((await send('GET', '/-/org/acme/package', undefined, reader)).json()).toEqual({
      '@acme/x': 'read',
    })
    expect((await send('GET', '/-/user/wendy/package')).json()).toEqual({
      '@acme/x': 'write',
      '@other/y': 'write',
    })
    expect((await send('GET', '/-/org/nobody/package')).statusCode).toBe(404)
  })

  it('lists collaborators to pnpm as pnpm reads them', async () => {
    const pnpm = { ...reader, 'user-agent': 'pnpm/12.21.0 npm/? node/? linux x64' }
    const answer = await send('GET', '/-/package/@acme%2fx/collaborators?format=cli', undefined, pnpm)
    expect(answer.json()).toEqual([{ user: 'rita', email: '', permissions: 'read' }])
  })

  it('is content with what is so already, and says why it changes nothing else', async () => {
    const set = (access: object) => send('POST', '/-/package/@acme%2fx/access', access)
    expect((await set({ access: 'restricted' })).statusCode).toBe(200)
    const answer = await set({ access: 'public' })
    expect([answer.statusCode, answer.json().error]).toEqual([
      400,
      expect.stringContaining('@acme/x is restricted'),
    ])
    const mfa = await set({ publish_requires_tfa: true })
    expect([mfa.statusCode, mfa.json().error]).toEqual([400, expect.stringContaining('two-factor')])
  })
})

describe('stars', () => {
  it('are listed by who gave them, as far as the asker may read', async () => {
    const star = (name: string, users: object) => send('PUT', `/${name}`, { _id: name, users }, reader)
    await star('@acme%2fx', { rita: true })
    await star('@other%2fy', { rita: true })
    await star('@other%2fy', {})
    const url = '/-/_view/starredByUser?key='
    expect((await send('GET', `${url}%22rita%22`)).json()).toEqual({ rows: [{ value: '@acme/x' }] })
    expect((await send('GET', '/-/user/rita/stars')).json()).toEqual({ '@acme/x': true })
    expect((await send('GET', `${url}%22wendy%22`)).json()).toEqual({ rows: [] })
    expect((await send('GET', `${url}%22rita%22`, undefined, {})).json()).toEqual({ rows: [] })
    expect((await send('GET', `${url}rita`)).statusCode).toBe(400)
  })
})

describe('pnpm owner', () => {
  const maintainers = async () => (await send('GET', '/@acme%2fx')).json().maintainers
  const wendy = { name: 'wendy', email: 'wendy@example.com' }

  it('adds one person and removes one, whoever else is listed', async () => {
    for (let times = 0; times < 2; times++) {
      const added = await send('PUT', '/-/package/@acme%2fx/owners', { user: 'ann' })
      expect([added.statusCode, added.json()]).toEqual([200, expect.objectContaining({ ok: true })])
    }
    expect(await maintainers()).toEqual([wendy, { name: 'ann', email: '' }])
    expect((await send('DELETE', '/-/package/@acme%2fx/owners/ann')).statusCode).toBe(200)
    expect(await maintainers()).toEqual([wendy])
  })

  it.each([
    ['somebody who is no owner', 'bob', writer, 400, '"bob" is not an owner of @acme/x'],
    ['the last one', 'wendy', writer, 400, 'add another'],
    ['by somebody who may not', 'wendy', reader, 403, ''],
    ['by nobody', 'wendy', {}, 401, ''],
  ])('does not remove %s', async (_title, user, headers, status, text) => {
    const answer = await send('DELETE', `/-/package/@acme%2fx/owners/${user}`, undefined, headers)
    expect([answer.statusCode, answer.json().error]).toEqual([status, expect.stringContaining(text)])
    expect(await maintainers()).toEqual([wendy])
  })
})

describe('what there is not', () => {
  it.each([
    ['GET', '/-/org/acme/user'],
    ['PUT', '/-/org/acme/team'],
    ['GET', '/-/team/acme/devs/user?format=cli'],
    ['DELETE', '/-/team/acme/devs/package'],
    ['GET', '/-/npm/v1/hooks'],
    ['POST', '/-/npm/v1/hooks/hook'],
    ['POST', '/-/npm/v1/tokens'],
    ['DELETE', '/-/npm/v1/tokens/token/abc'],
    ['POST', '/-/npm/v1/user'],
    ['POST', '/-/stage/package/@acme%2fx'],
    ['GET', '/-/package/@acme%2fx/trust'],
  ] as const)('is said in JSON, with the reason: %s %s', async (method, url) => {
    const answer = await send(method, url, method === 'GET' ? undefined : {})
    expect([answer.statusCode, answer.json().error]).toEqual([
      400,
      expect.stringMatching(/^(there (are|is) no|this registry)/),
    ])
  })
})
