import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished, vi } from 'vitest'
import { publishDocument } from '../support/publish-document.ts'
import { bearer, sent } from './registry-beside.ts'

const script = fileURLToPath(new URL('../../scripts/dev-github.mjs', import.meta.url))

it('npm run dev:github starts a registry beside a GitHub, and prints lines that work', async () => {
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, PORT: '0', NMR_SERVER_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(async () => void (await ended(child)))
  let shown = ''
  child.stdout.on('data', (data: Buffer) => {
    shown += data
  })
  await vi.waitFor(() => expect(shown).toContain('Ctrl-C'), 60_000)

  const [, registry = ''] = /^ {2}@acme:registry=(\S+)$/m.exec(shown) ?? []
  const [writer = '', reader = ''] = [...shown.matchAll(/^ {2}\/\/\S+:_authToken=(\S+)$/gm)].map(
    ([, token]) => token,
  )
  const document = publishDocument({
    name: '@acme/hello',
    version: '1.0.0',
    extra: { repository: 'acme/tools' },
  })
  const publish = async (token: string) => {
    const request = sent('PUT', document)
    const headers = { ...request.headers, ...bearer(token) }
    return (await fetch(new URL('@acme%2fhello', registry), { ...request, headers })).status
  }
  expect(await publish(reader)).toBe(403)
  expect(await publish(writer)).toBe(201)
  const { status } = await fetch(new URL('@acme%2fhello', registry), { headers: bearer(reader) })
  expect(status).toBe(200)
  expect(await ended(child)).toBe(0)
})

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  return child.exitCode
}
