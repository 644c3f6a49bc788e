import { expect, it } from 'vitest'
import { runCommand } from '../support/command.ts'
import { startBeside } from './registry-beside.ts'

/** A registry with @acme/x from acme/tools, and `nmr explain` beside it with somebody's token in its environment. */
async function setUp() {
  const registry = await startBeside()
  await registry.publish('@acme/x')
  const { port } = registry.server.url
  const explain = (token: string, name: string, action: string) =>
    runCommand(
      registry.folder,
      `explain ${name} --token-env TOKEN --action ${action} --server.port ${port}`,
      {
        TOKEN: token,
      },
    )
  return { ...registry, explain }
}

it('nmr explain says which repository governs, what GitHub answered and when, and which rule decided', async () => {
  const { explain, ask, github } = await setUp()
  await ask('ghp_rita', '/@acme%2fx')
  const { stdout, stderr, code } = await explain('ghp_rita', '@acme/x', 'publish')
  expect(stderr).toBe('')
  expect(stdout).toContain(
    'publish @acme/x: denied\nacme/tools governs @acme/x: you lack the permission write (push)',
  )
  expect(stdout).toContain('rule: no_push (')
  expect(stdout).toContain(`governed by: github.com/acme/tools (id ${github.byName('acme/tools')?.id})`)
  expect(stdout).toMatch(/GET \/repositories\/\d+: 200, \d+ s old, kept; .*permissions: \["pull"\]/)
  expect(code).toBe(0)
})

it('nmr explain says yes to who may', async () => {
  const { explain } = await setUp()
  expect((await explain('ghp_wendy', '@acme/x', 'publish')).stdout).toContain('publish @acme/x: granted')
  expect((await explain('ghp_rita', '@acme/x', 'read')).stdout).toContain('rule: may_read (')
})

it('nmr explain tells a stranger of a hidden package what it tells of one that does not exist', async () => {
  const { explain } = await setUp()
  for (const action of ['read', 'deprecate', 'unpublish_package']) {
    const hidden = await explain('ghp_sid', '@acme/x', action)
    const absent = await explain('ghp_sid', '@acme/y', action)
    expect(hidden).toEqual({ ...absent, stdout: absent.stdout.replaceAll('@acme/y', '@acme/x') })
    expect(hidden.stdout + hidden.stderr).not.toContain('tools')
    expect(hidden.stdout + hidden.stderr).toContain('or your token may not read it')
  }
})

it('nmr explain does not show the token, and says so when there is none, no such action or no registry', async () => {
  const { explain, folder } = await setUp()
  const { stdout, stderr } = await explain('ghp_rita', '@acme/x', 'read')
  expect(stdout + stderr).not.toContain('ghp_rita')
  const missing = await explain('', '@acme/x', 'read')
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('TOKEN, which is not set')])
  const unknown = await explain('ghp_rita', '@acme/x', 'rewrite')
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('read, publish, tag')])
  const nowhere = await runCommand(folder, 'explain @acme/x --token-env TOKEN --server.port 9', {
    TOKEN: 'ghp_x',
  })
  expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('no registry answers at')])
})
