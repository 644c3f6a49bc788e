import { createOpenAuthorizer } from '@nmr/auth-none'
import { createMemoryTarballStore } from '@nmr/core/testing'
import { expect, it, onTestFinished } from 'vitest'
import { makeTarball } from '../../../test/support/publish-document.ts'
import { createTestApp, reader } from './support.ts'

const source = { name: '@acme/x', version: '1.0.0' }
const url = '/@acme/x/-/x-1.0.0.tgz'
const elsewhere = 'http://store.test/x?signature=1'

/** A registry whose store redirects whoever may be redirected. */
async function createRedirectingApp(redirectExcept: readonly string[]) {
  const memory = createMemoryTarballStore()
  const tarballs: typeof memory = {
    ...memory,
    open: async (key, { redirect = true, ...options } = {}) =>
      redirect ? { kind: 'redirect', url: elsewhere } : memory.open(key, options),
  }
  const { app, publish } = createTestApp({ redirectExcept }, {}, undefined, {
    tarballs,
    authorizer: createOpenAuthorizer(),
  })
  await publish(source)
  const base = await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => app.close())
  // Not injected: a server that listens remembers what it has answered.
  return (agent: string) =>
    fetch(base + url, { redirect: 'manual', headers: { ...reader, 'user-agent': agent } })
}

it('readers are sent to the store, with an address that nobody may keep', async () => {
  const get = await createRedirectingApp([])
  const { status, headers } = await get('npm/12.2.0 node/v26.10.0 linux x64')
  expect([status, headers.get('location'), headers.get('cache-control')]).toEqual([
    302,
    elsewhere,
    'no-store',
  ])
  expect(headers.has('etag')).toBe(false)
})

it('clients whose User-Agent has one of the texts of redirect_except get the bytes, and others do not after them', async () => {
  const get = await createRedirectingApp(['npm/2', 'yarn/1'])
  for (const agent of ['npm/2.7.0 node/v0.12.18 linux x64', 'yarn/1.22.22 npm/? node/v22.23.3 linux x64']) {
    const answer = await get(agent)
    expect(answer.status).toBe(200)
    expect(Buffer.from(await answer.arrayBuffer()).equals(makeTarball(source))).toBe(true)
  }
  for (const agent of ['npm/12.2.0 node/v26.10.0 linux x64', 'Bun/1.4.5', '']) {
    expect((await get(agent)).status, agent).toBe(302)
  }
})
