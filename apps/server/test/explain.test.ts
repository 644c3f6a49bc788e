import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { explain } from '../src/commands/explain.ts'
import { load } from './config/machine.ts'

it.each([
  [
    'the reason that the registry gives',
    503,
    '{"error":"GitHub cannot be reached","reason":"GitHub cannot be reached"}',
    /^the registry answered 503: GitHub cannot be reached$/,
  ],
  [
    'where something else than a registry answers',
    200,
    '<html>',
    /^no registry answers at .*set server.public_url$/,
  ],
  ['where that answers with a text', 200, '"up"', /^no registry answers at .*, but something else/],
  [
    'where it answers with JSON of its own',
    200,
    '{"status":"up"}',
    /^no registry answers at .*, but something else/,
  ],
])('nmr explain says in one line %s', async (_, status, body, message) => {
  const server = createServer((_request, response) => response.writeHead(status).end(body))
  onTestFinished(() => void server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const config = load({ argv: [`--server.host=127.0.0.1`, `--server.port=${port}`] })
  const asked = explain(config, '@acme/x', { 'token-env': 'TOKEN' }, { TOKEN: 'x' }, () => {})
  await expect(asked).rejects.toThrow(message)
})
