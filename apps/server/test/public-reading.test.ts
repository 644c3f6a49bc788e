import { createMemoryAuthorizer } from '@nmr/core/testing'
import { expect, it } from 'vitest'
import { createTestApp, reader, writer } from './support.ts'

it('nobody, who may read a package, may not have a document about it read and parsed', async ({
  onTestFinished,
}) => {
  const known = createMemoryAuthorizer({
    wendy: { token: 'writer-token', may: { '*': 'everything' } },
    rita: { token: 'reader-token', may: { '*': ['read'] } },
  })
  const { app, publish } = createTestApp({}, {}, undefined, {
    authorizer: {
      ...known,
      decide: async (caller, action, subject) =>
        action === 'read'
          ? { outcome: 'granted', reason: 'it is public' }
          : known.decide(caller, action, subject),
    },
  })
  onTestFinished(() => app.close())
  await publish({ name: '@acme/x', version: '1.0.0' })
  const statuses = []
  for (const who of [{}, reader, writer]) {
    const headers = { 'content-type': 'application/json', ...who }
    const url = '/@acme%2fx/-rev/1-x'
    statuses.push((await app.inject({ method: 'PUT', url, headers, payload: '{"no":json}' })).statusCode)
  }
  expect(statuses).toEqual([401, 400, 400])
})
