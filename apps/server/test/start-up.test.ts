import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { serve } from '../src/commands/serve.ts'
import { load, root } from './config/machine.ts'

it.each([
  ['settings.spool_path', 'settings.spool_path cannot be used: '],
  ['storage.local.path', 'the tarball folder FILE cannot be opened: '],
  ['metadata.level.path', 'the metadata folder FILE cannot be opened: '],
  ['auth.github.cache.path', "cannot open the cache of GitHub's answers in FILE: "],
])('a registry does not start, and says why in one line, when %s is no folder', async (key, trouble) => {
  const file = join(root, 'a-file')
  await writeFile(file, '')
  const said = await complaint([`--${key}=${file}`, '--auth.type=github', '--server.port=0'])
  expect(said).toContain(trouble.replace('FILE', file))
  expect(said).toMatch(/E[A-Z]+/)
})

it('a registry does not start, and names the keys, where it cannot listen', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void taken.close())
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  expect(await complaint([`--server.port=${port}`])).toMatch(
    new RegExp(
      `^server\\.host 127\\.0\\.0\\.1 with server\\.port ${port} cannot be listened on: .*EADDRINUSE`,
    ),
  )
})

/** Why a registry with its folders in `root` does not start. */
async function complaint(argv: readonly string[]): Promise<string> {
  const folders = [
    'settings.spool_path',
    'storage.local.path',
    'metadata.level.path',
    'auth.github.cache.path',
  ]
  const config = load({
    argv: ['--server.host=127.0.0.1', ...folders.map((key) => `--${key}=${join(root, key)}`), ...argv],
  })
  const quiet = { print: () => {}, warn: () => {}, onStop: (stop: () => void) => stop() }
  const error = await serve(config, quiet).then(
    () => undefined,
    (error) => error,
  )
  // What has a code or is about the configuration is printed as one line, all else with its stack.
  expect(error?.name === 'ConfigError' || error?.code !== undefined).toBe(true)
  expect(error.message).not.toContain('\n')
  return error.message
}
