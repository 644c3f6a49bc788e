import { expect, it } from 'vitest'
import { type RegistryBeside, sent, startBeside } from './registry-beside.ts'

function logIn({ ask }: RegistryBeside, name: string, password: string) {
  return ask(undefined, `/-/user/org.couchdb.user:${name}`, sent('PUT', { name, password, type: 'user' }))
}

it('a login with a GitHub token as password gives that token back, which then is who it is on GitHub', async () => {
  const registry = await startBeside()
  const { status, body } = await logIn(registry, 'Wendy', 'ghp_wendy')
  expect([status, JSON.parse(body)]).toEqual([201, expect.objectContaining({ ok: true, token: 'ghp_wendy' })])
  expect(JSON.parse((await registry.ask('ghp_wendy', '/-/whoami')).body)).toEqual({ username: 'wendy' })
  const profile = JSON.parse((await registry.ask('ghp_wendy', '/-/npm/v1/user')).body)
  expect(profile).toMatchObject({ name: 'wendy', email: 'wendy@acme.test' })
})

it.each([
  ["somebody else's token", 'rita', 'ghp_wendy'],
  ['a token that was revoked', 'wendy', 'ghp_revoked'],
  ['a token that has expired', 'wendy', 'ghp_expired'],
  ['no token at all', 'wendy', 'correct horse'],
])('nobody logs in with %s', async (_what, name, password) => {
  const { status, body } = await logIn(await startBeside(), name, password)
  expect(status).toBe(401)
  expect(body).not.toContain(password)
})

it('Basic authentication works with a token as password, whatever the user is called', async () => {
  const registry = await startBeside()
  await registry.publish('@acme/x')
  for (const [token, status] of [
    ['ghp_rita', 200],
    ['ghs_tools_workflow', 200],
    ['ghp_sid', 404],
    ['ghp_revoked', 401],
  ] as const) {
    const authorization = `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}`
    expect((await registry.ask(undefined, '/@acme%2fx', { headers: { authorization } })).status, token).toBe(
      status,
    )
  }
})

it("a workflow's token is known as the bot of Actions", async () => {
  const { ask } = await startBeside()
  expect(JSON.parse((await ask('ghs_tools_workflow', '/-/whoami')).body)).toEqual({
    username: 'github-actions[bot]',
  })
})
