import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { addresses, methods } from '../../apps/server/test/endpoints.ts'
import { publishDocument } from '../support/publish-document.ts'
import { sent, startBeside } from './registry-beside.ts'

const canary = 'ghp_CaNaRy7f3a91b2'
const basic = Buffer.from(`wendy:${canary}`).toString('base64')
const secrets = [canary, basic, Buffer.from(canary).toString('base64').slice(0, -3)]

/** Everything in a folder, whatever it is. */
async function allBytes(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((file) =>
    file.isFile(),
  )
  const texts = files.map((file) => readFile(join(file.parentPath, file.name), 'latin1'))
  return (await Promise.all(texts)).join('\n')
}

it.each([
  ['as a bearer token', { authorization: `Bearer ${canary}` }],
  ['as a password', { authorization: `Basic ${basic}` }],
])('a token that is sent %s is in no log, answer, header or file', async (_title, headers) => {
  const { ask, server, folder, github } = await startBeside({ ttl: 1, negative_ttl: 0 }, (fresh) => {
    fresh.addToken('classic', { login: 'wendy', scopes: ['repo'], value: canary })
  })
  const body = sent(
    'PUT',
    publishDocument({ name: '@acme/x', version: '1.0.0', extra: { repository: 'acme/tools' } }),
  )
  expect(
    (await ask(undefined, '/@acme%2fx', { ...body, headers: { ...body.headers, ...headers } })).status,
  ).toBe(201)

  async function tryEverything(): Promise<void> {
    for (const path of addresses) {
      for (const method of methods) {
        const url = `${path.replace(':pkg', '@acme%2fx')}?token=${canary}`
        const init = method === 'GET' || method === 'HEAD' ? {} : { body: '{}' }
        const { body: text, headers: got } = await ask(undefined, url, {
          method,
          ...init,
          headers: { ...headers, 'content-type': 'application/json', referer: canary },
        })
        for (const secret of secrets) {
          expect(text, `${method} ${path}`).not.toContain(secret)
          expect(JSON.stringify([...got]), `${method} ${path}`).not.toContain(secret)
        }
      }
    }
  }
  await tryEverything()
  // What goes wrong may not bring it up either.
  for (const outage of ['refuse', 'html', 'malformed'] as const) {
    github.faults.outage = outage
    await ask(undefined, '/-/whoami', { headers })
    await ask(undefined, '/@acme%2fx', { headers })
  }
  await tryEverything()
  github.faults.outage = undefined
  const token = github.tokens.get(canary)
  if (token) token.isRevoked = true
  await tryEverything()

  expect(await server.stop()).toBe(0)
  const log = server.output.join('\n')
  expect(log).toContain('"caller":"wendy"')
  const kept = await allBytes(folder)
  expect(kept).toContain('"wendy"')
  for (const secret of secrets) {
    expect(log).not.toContain(secret)
    expect(kept).not.toContain(secret)
  }
})
