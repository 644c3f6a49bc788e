import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createRegistryClient, OWN_AGENT } from '../support/registry-client.ts'
import type { LoggedRequest, RunningServer } from '../support/server.ts'
import type { Client } from './clients.ts'
import type { Compatibility } from './compatibility.ts'
import { driverOf } from './drivers.ts'
import { installClient } from './install-clients.ts'
import { type Outside, watchOutside } from './outside.ts'
import type { Owner, Run, Step } from './run.ts'
import { createWorld } from './world.ts'

/** Which clients take which steps, and against what. */
export interface ClientSuite {
  readonly clients: readonly Client[]
  /** Taken in this order; each finds what the ones before it left. */
  readonly steps: readonly Step[]
  /** Starts a server of the client's own, with all that it keeps in `folder`. */
  start(folder: string): Promise<RunningServer>
  /** Whose token everybody has who is given none of their own; default: any. */
  readonly token?: string
  /** Told how each step ended. */
  readonly record?: Compatibility['record']
  /** Looks at what the server was asked and answered, when the steps are done. */
  readonly afterwards?: (requests: readonly LoggedRequest[]) => void
}

/** Takes each client through the steps, as tests. Clients run beside each other as `maxConcurrency` in vitest.config.ts says. */
export function clientSuite({
  clients,
  steps,
  start,
  token: usual = 'anything',
  record = () => {},
  afterwards = () => {},
}: ClientSuite): void {
  describe.concurrent.each(clients)('$id', (client) => {
    let folder: string
    let server: RunningServer
    let outside: Outside
    let run: Run

    beforeAll(async () => {
      const installed = await installClient(client)
      folder = await mkdtemp(join(tmpdir(), `nmr-${client.id}-`))
      server = await start(join(folder, 'server'))
      outside = await watchOutside()
      const newWorld = ({ token }: Owner = { token: usual }) =>
        createWorld(installed, { folder, access: { registry: server.url, token }, proxy: outside.proxy })
      run = {
        client: installed,
        driver: driverOf(client),
        commands: driverOf(client).commands(client),
        registry: createRegistryClient(server.url, usual),
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

    for (const step of steps) {
      test.sequential(step.title, async ({ skip }) => {
        if (step.needs.some((command) => run.commands[command] === undefined)) {
          await step.without?.(run)
          record(client, step, 'absent')
          skip('no such command')
        }
        const before = server.requests.length
        try {
          await step.run(run)
          await logged(run, server)
          expect(refused(server.requests.slice(before), step.refusals)).toEqual([])
          record(client, step, 'works')
        } catch (error) {
          record(client, step, { problem: String(error) })
          throw error
        }
      })
    }

    test.sequential('nobody asked anyone else, and the server stops when it is told to', async () => {
      expect(outside.attempts).toEqual([])
      afterwards(server.requests.filter(({ client }) => client !== OWN_AGENT))
      expect(await server.stop()).toBe(0)
    })
  })
}

/** Waits until the log has got as far as the registry has, so that no request is taken for one of the next step. */
async function logged({ registry }: Run, { requests }: RunningServer): Promise<void> {
  const pings = () => requests.filter(({ client, path }) => client === OWN_AGENT && path === '/-/ping').length
  const before = pings()
  await registry.request('/-/ping')
  await vi.waitFor(() => expect(pings()).toBeGreaterThan(before))
}

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
