import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { spawnInTerminal } from '../clients/terminal.ts'
import { expectWhole } from '../crash/whole.ts'
import { commandEnvironment, commandLine, runCommand, startCommand } from '../support/command.ts'
import { noise } from '../support/noise.ts'
import { publishDocument } from '../support/publish-document.ts'
import { createRegistryClient } from '../support/registry-client.ts'
import { type RunningServer, startServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { makeBucket, type TestBucket } from './support/bucket.ts'
import { type FaultProxy, startFaultProxy } from './support/fault-proxy.ts'
import { s3Settings } from './support/s3-settings.ts'

const name = '@acme/widget'
const toS3 = 'migrate tarballs --from local --to s3'
const toLocal = 'migrate tarballs --from s3 --to local'

let bucket: TestBucket
let proxy: FaultProxy
let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
  bucket = await makeBucket()
  proxy = await startFaultProxy(inject('s3').port)
})
afterEach(async () => {
  await proxy.stop()
  await bucket.dispose()
})

describe('nmr migrate tarballs', () => {
  it('moves a registry that is stopped into S3 and back', async () => {
    await serving('local', (server) => publish(server, ['1.0.0', '1.0.1']))
    await serving('local', (server) => publish(server, ['1.0.2'], 9_000_000))
    expect(await runCommand(folder, toS3)).toEqual(ended(`${FULL} 3 of 3, 3 copied (8.6 MB)`, 0))

    await serving('s3', async (server) => {
      await expectAllThere(server, ['1.0.0', '1.0.1', '1.0.2'])
      await publish(server, ['1.0.3'])
    })
    expect(await runCommand(folder, toLocal)).toEqual(ended(`${FULL} 4 of 4, 1 copied (0.0 MB)`, 3))
    await serving('local', (server) => expectAllThere(server, ['1.0.0', '1.0.1', '1.0.2', '1.0.3']))
    expect(await bucket.objects()).toHaveLength(4)
  })

  it('moves a registry that goes on serving, and later what was published meanwhile', async () => {
    await serving('local', async (server) => {
      await publish(server, ['1.0.0', '1.0.1'])
      const first = await runCommand(folder, toS3)
      expect(first.code).toBe(0)
      expect(first.stderr).toMatch(
        /^another process has the metadata folder .+\nCopying all tarballs, by their names\.\n/,
      )
      expect(first.stderr).toContain(`${FULL} 2 of 2, 2 copied (0.0 MB)\n0 were there already\n`)
      await publish(server, ['1.0.2'])
      const second = await runCommand(folder, toS3)
      expect(second.stderr).toContain(`${FULL} 3 of 3, 1 copied (0.0 MB)\n2 were there already\n`)
      await expectAllThere(server, ['1.0.0', '1.0.1', '1.0.2'])
    })
    await serving('s3', (server) => expectAllThere(server, ['1.0.0', '1.0.1', '1.0.2']))
  })

  it('goes on where it was after a kill -9', async () => {
    const versions = Array.from({ length: 20 }, (_, count) => `1.0.${count}`)
    await serving('local', (server) => publish(server, versions))
    proxy.inject(/^PUT .*1\.0\.1\d/, { kind: 'no-answer' })
    const command = startCommand(folder, toS3)
    await vi.waitFor(() => expect(proxy.open()).toBe(4), { timeout: 20_000, interval: 10 })
    command.kill()
    expect((await command.outcome).code).toBeNull()
    proxy.heal()
    const there = (await bucket.objects()).length
    expect(there).toBeGreaterThanOrEqual(4)
    expect(there).toBeLessThan(20)

    const { code, stderr } = await runCommand(folder, toS3)
    expect([code, stderr.split('\n')[1]]).toEqual([0, `${there} were there already`])
    expect(stderr).toContain(`20 of 20, ${20 - there} copied`)
    await serving('s3', (server) => expectAllThere(server, versions))
  })

  it('copies what is whole, names what is not, and fails', async () => {
    await serving('local', (server) => publish(server, ['1.0.0', '1.0.1']))
    const stored = join(folder, 'data/storage', name)
    const [file = ''] = (await readdir(stored)).filter((each) => each.startsWith('1.0.1'))
    await writeFile(join(stored, file), 'somebody wrote here')
    const { code, stderr } = await runCommand(folder, toS3)
    expect(code).toBe(1)
    expect(stderr).toContain(`${FULL} 2 of 2, 1 copied`)
    expect(stderr).toMatch(new RegExp(`^${name}/${file}: .+\nnmr: 1 tarball could not be copied`, 'm'))
    expect(await bucket.objects()).toHaveLength(1)
  })

  it('says in one line why the store could not be reached any more', async () => {
    await serving('local', (server) => publish(server, ['1.0.0', '1.0.1']))
    proxy.inject(/^PUT /, { kind: 'answer', status: 403, body: '<Error><Code>AccessDenied</Code></Error>' })
    const { code, stderr } = await runCommand(folder, toS3)
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^nmr: the tarball store could not keep @acme\/widget\/.+\(AccessDenied, HTTP 403\).*\n$/,
    )
  })

  it('shows on a terminal how far it is, on one line', async () => {
    await serving('local', (server) => publish(server, ['1.0.0', '1.0.1', '1.0.2']))
    const env = commandEnvironment(folder)
    const terminal = spawnInTerminal(commandLine(folder, toS3), { cwd: folder, env }, [])
    const [shown, [code]] = await Promise.all([text(terminal.stdout), once(terminal, 'close')])
    expect(code).toBe(0)
    const [progress = '', ...rest] = shown.split('\r\n')
    expect(
      progress
        .split('\r')
        .slice(1)
        .map((state) => state.slice(0, 32 + ' 0 of 3'.length)),
    ).toEqual([
      '[..............................] 0 of 3',
      '[##########....................] 1 of 3',
      '[####################..........] 2 of 3',
      `${FULL} 3 of 3`,
    ])
    expect(rest).toEqual(['0 were there already', ''])
  })
})

describe('nmr gc', () => {
  it('removes nothing of what was published, and nothing that is younger than a day', async () => {
    await serving('s3', (server) => publish(server, ['1.0.0', '1.0.1']))
    const stdout = 'older than a day, and removed: 0 tarballs that no version names, 0 unfinished uploads\n'
    expect(await runCommand(folder, 'gc')).toEqual({ code: 0, stdout, stderr: '' })
    await serving('s3', (server) => expectAllThere(server, ['1.0.0', '1.0.1']))
  })
})

const FULL = `[${'#'.repeat(30)}]`

function ended(progress: string, present: number) {
  return { code: 0, stdout: '', stderr: `${progress}\n${present} were there already\n` }
}

/** Runs the registry over one of the stores. */
async function serving(type: 'local' | 's3', run: (server: RunningServer) => Promise<void>): Promise<void> {
  const { storage } = s3Settings(bucket, { endpoint: `http://127.0.0.1:${proxy.port}`, redirect: true })
  const server = await startServer(folder, { storage: { ...storage, type } })
  onTestFinished(server.kill)
  await run(server)
  expect(await server.stop()).toBe(0)
}

async function publish({ url }: RunningServer, versions: readonly string[], size = 1000): Promise<void> {
  for (const version of versions) {
    const files = { 'noise.bin': noise(version, size) }
    expect(await createRegistryClient(url).publish(publishDocument({ name, version, files }))).toBe(201)
  }
}

async function expectAllThere({ url }: RunningServer, versions: readonly string[]): Promise<void> {
  const whole = await expectWhole(createRegistryClient(url), name)
  expect([...whole.keys()].sort()).toEqual([...versions].sort())
}
