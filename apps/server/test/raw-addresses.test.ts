import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp, writer } from './support.ts'

/*
 * Addresses as no client library would send them: `inject` and `fetch` tidy an address up before it leaves.
 */

let test: TestApp
let port: number
beforeAll(async () => {
  test = createTestApp({}, { allowUnscoped: true })
  await test.publish({ name: '@acme/x', version: '1.0.0' })
  await test.app.listen({ port: 0, host: '127.0.0.1' })
  port = (test.app.server.address() as { port: number }).port
})
afterAll(() => test.app.close())

async function send(method: string, path: string): Promise<{ status: number; body: string }> {
  const socket = connect(port, '127.0.0.1')
  const head = [
    `${method} ${path} HTTP/1.1`,
    'Host: registry.test',
    `Authorization: ${writer.authorization}`,
    'Content-Type: application/json',
    'Content-Length: 2',
    'Connection: close',
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n{}`)
  const answer = await text(socket)
  const [, status = '0'] = /^HTTP\/1\.1 (\d+)/.exec(answer) ?? []
  return { status: Number(status), body: answer.slice(answer.indexOf('\r\n\r\n') + 4) }
}

describe('an address that no client sends', () => {
  it.each([
    '/..',
    '/../../etc/passwd',
    '/@acme/../../x',
    '/@acme%2f..%2f..%2fetc',
    '/@acme%2fx/-/../../../etc/passwd',
    '/@acme/x/-/%2e%2e%2fx-1.0.0.tgz',
    '/@acme/x/-/..',
    '/%00',
    '/%',
    '/%zz',
    '/@',
    '/@acme',
    '/@acme%2f',
    '/@acme%252fx',
    '/@acme%5cx',
    '//@acme/x',
    '/__proto__',
    '/@acme%2fx/__proto__',
    '/-/package/__proto__/dist-tags/__proto__',
    '/-/package/@acme%2fx',
    '/-/',
    '/-/user/',
    '/@acme/x/-rev/1',
    `/${'x'.repeat(300)}`,
    `/@acme%2fx/${'9'.repeat(3000)}`,
    `/${'%2f'.repeat(500)}`,
  ])('%s is answered with a clear 4xx, whatever the method', async (path) => {
    for (const method of ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS']) {
      const { status, body } = await send(method, path)
      expect(status, `${method} ${path}: ${body}`).toBeGreaterThanOrEqual(400)
      expect(status, `${method} ${path}: ${body}`).toBeLessThan(500)
      expect(JSON.parse(body).error).toMatch(/\w+ \w+/)
    }
    expect((await send('HEAD', path)).status).toBeLessThan(500)
  })

  it('leaves what is there as it was', async () => {
    expect(JSON.parse((await send('GET', '/@acme/x/1.0.0')).body)).toMatchObject({ version: '1.0.0' })
  })
})
