import { beforeAll, describe, expect, it } from 'vitest'
import { publishDocument } from '../../../test/support/publish-document.ts'
import { addresses, type Method, methods } from './endpoints.ts'
import { createTestApp, reader, type TestApp, writer } from './support.ts'

/*
 * A secret that comes along with a request to any address: nothing that leaves the registry may hold it.
 */

let test: TestApp
beforeAll(async () => {
  test = createTestApp()
  await test.publish({ name: '@acme/x', version: '1.0.0' })
})

interface Sent {
  readonly headers?: Record<string, string>
  readonly payload?: string
}

async function send(method: Method, url: string, { headers = reader, payload }: Sent = {}) {
  const answer = await test.app.inject({
    method,
    url,
    headers: { ...(payload !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(payload !== undefined && { payload }),
  })
  return { answer, called: `${method} ${url}: ${answer.statusCode} ${answer.body.slice(0, 300)}` }
}

describe('a secret', () => {
  const canary = 'npm_CaNaRy7f3a91'
  const secrets = [canary, Buffer.from(`ann:${canary}`).toString('base64')]

  it.each([
    ['a bearer token', { authorization: `Bearer ${canary}` }],
    ['a password', { authorization: `Basic ${secrets[1]}` }],
    ['a credential of an unknown kind', { authorization: `Negotiate ${canary}` }],
    ['a one-time password', { ...writer, 'npm-otp': canary }],
  ])('sent as %s, or in a query, turns up in no log, answer or header', async (_title, headers) => {
    const before = test.log.length
    const document = JSON.stringify({ ...publishDocument({ name: '@acme/y', version: '1.0.0' }) })
    for (const path of addresses) {
      const url = path.replace(':pkg', '@acme%2fx')
      for (const method of methods) {
        for (const payload of [undefined, document]) {
          const { answer, called } = await send(method, `${url}?token=${canary}`, {
            headers,
            ...(payload !== undefined && { payload }),
          })
          for (const secret of secrets) {
            expect(answer.body, called).not.toContain(secret)
            expect(JSON.stringify(answer.headers), called).not.toContain(secret)
          }
        }
      }
    }
    const log = JSON.stringify(test.log.slice(before))
    for (const secret of secrets) expect(log).not.toContain(secret)
  })

  it('in the path of a logout, or as a password, turns up in no log, answer or header', async () => {
    const before = test.log.length
    for (const token of [
      'CaNaRy7f3a91',
      `CaNaRy7f3a91%2Fx`,
      'CaNaRy7f3a91/',
      '%43aNaRy7f3a91',
      'CaNaRy7f3a91%zz',
    ]) {
      for (const method of methods) {
        for (const url of [`/-/user/token/${token}`, `//-/user/token/${token}`, `/%2d/user/token/${token}`]) {
          const { answer, called } = await send(method, url)
          expect(answer.statusCode, called).toBeLessThan(500)
          expect(answer.body + JSON.stringify(answer.headers), called).not.toContain('aNaRy7f3a91')
        }
      }
    }
    const payload = JSON.stringify({ name: 'ann', password: 'CaNaRy7f3a91' })
    const { answer } = await send('PUT', '/-/user/org.couchdb.user:ann', { payload })
    expect([answer.statusCode, answer.body]).toEqual([401, expect.not.stringContaining('CaNaRy7f3a91')])
    expect(JSON.stringify(test.log.slice(before))).not.toContain('aNaRy7f3a91')
  })

  it('is handed out by a login, and only there', async () => {
    const payload = JSON.stringify({ name: 'wendy', password: 'writer-token' })
    const { answer } = await send('PUT', '/-/user/org.couchdb.user:wendy', { payload })
    expect([answer.statusCode, answer.json().token]).toEqual([201, 'writer-token'])
    expect(JSON.stringify(test.log)).not.toContain('writer-token')
  })
})
