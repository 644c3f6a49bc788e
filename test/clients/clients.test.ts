import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRegistryClient, OWN_AGENT } from '../support/registry-client.ts'
import { type LoggedRequest, type RunningServer, startServer } from '../support/server.ts'
import { chooseClients } from './clients.ts'
import { createCompatibility } from './compatibility.ts'
import { driverOf } from './drivers.ts'
import { installClient } from './install-clients.ts'
import { type Outside, watchOutside } from './outside.ts'
import type { Owner, Run } from './run.ts'
import { scenario } from './scenario.ts'
import { createWorld } from './world.ts'

const wanted = process.env.NMR_TEST_CLIENTS
const chosen = chooseClients(wanted)
const compatibility = createCompatibility(chosen, scenario)

afterAll(async () => {
  if (wanted === 'all') await compatibility.write()
})

// Suites run beside each other as `maxConcurrency` in vitest.config.ts says; a suite's own tests follow each other.
describe.concurrent.each(chosen)('$id', (client) => {
  let folder: string
  let server: RunningServer
  let outside: Outside
  let run: Run

  beforeAll(async () => {
    const installed = await installClient(client)
    folder = await mkdtemp(join(tmpdir(), `nmr-${client.id}-`))
    server = await startServer(join(folder, 'server'))
    outside = await watchOutside()
    const newWorld = ({ token }: Owner = { token: 'anything' }) =>
      createWorld(installed, { folder, access: { registry: server.url, token }, proxy: outside.proxy })
    run = {
      client: installed,
      driver: driverOf(client),
      commands: driverOf(client).commands(client),
      registry: createRegistryClient(server.url),
      name: `@acme/of-${client.id}`,
      publisher: await newWorld(),
      newWorld,
    }
  })

  afterAll(async () => {
    outside?.close()
    await server?.kill()
    if (folder) await rm(folder, { recursive: true, force: true })
  })

  for (const step of scenario) {
    test.sequential(step.title, async ({ skip }) => {
      if (step.needs.some((command) => run.commands[command] === undefined)) {
        await step.without?.(run)
        compatibility.record(client, step, 'absent')
        skip('no such command')
      }
      const before = server.requests.length
      try {
        await step.run(run)
        expect(refused(server.requests.slice(before), step.refusals)).toEqual([])
        compatibility.record(client, step, 'works')
      } catch (error) {
        compatibility.record(client, step, { problem: String(error) })
        throw error
      }
    })
  }

  test.sequential('nobody asked anyone else, and the server stops when it is told to', async () => {
    expect(outside.attempts).toEqual([])
    expect(await server.stop()).toBe(0)
  })
})

/** The requests that the client should not have had refused. */
function refused(requests: readonly LoggedRequest[], expected: readonly string[] = []): readonly string[] {
  return requests
    .filter(({ status, client, path }) => status >= 400 && client !== OWN_AGENT && !isOptional(path))
    .filter(({ method, status }) => !expected.includes(`${method} ${status}`))
    .map(({ method, status, path }) => `${method} ${path} ${status}`)
}

/** pnpm asks every registry whether there is a newer pnpm, and does well without an answer. */
function isOptional(path: string): boolean {
  return path === '/pnpm'
}
