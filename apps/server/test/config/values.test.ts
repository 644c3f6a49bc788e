import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { complaint, inputs, load, root } from './machine.ts'

describe('values of the configuration', () => {
  const set = (key: string, value: string) => ({ argv: [`--${key}=${value}`] })

  it.each([
    ['1', 1],
    ['100b', 100],
    ['64kb', 65_536],
    ['64 KiB', 65_536],
    ['1.5mb', 1_572_864],
    ['2G', 2_147_483_648],
  ])('of a size may be %s', (text, bytes) => {
    expect(load(set('settings.max_tarball_size', text)).settings.max_tarball_size).toBe(bytes)
  })

  it.each([
    ['true', true],
    ['FALSE', false],
    ['10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']],
    ['loopback', ['loopback']],
  ])('of trust_proxy may be %s', (text, value) => {
    expect(load(set('server.trust_proxy', text)).server.trust_proxy).toEqual(value)
  })

  it('of a list may be a list in a file and text with commas elsewhere', async () => {
    expect(load(set('scopes.hosted', '@acme, @other')).scopes.hosted).toEqual(['@acme', '@other'])
    await writeFile(join(inputs.cwd, '.nmrrc'), 'scopes:\n  hosted: ["@acme", "@other"]\n')
    expect(load().scopes.hosted).toEqual(['@acme', '@other'])
  })

  it('of a URL keep a path prefix and lose the slash at the end', () => {
    expect(load(set('server.public_url', 'https://npm.example.com/registry/')).server.public_url).toBe(
      'https://npm.example.com/registry',
    )
  })

  it('of a path are meant from the working folder', () => {
    expect(load(set('storage.local.path', '../elsewhere')).storage.local.path).toBe(join(root, 'elsewhere'))
    expect(load(set('storage.local.path', '/srv/storage')).storage.local.path).toBe('/srv/storage')
  })

  it.each([
    ['server.host', 'not a host'],
    ['server.port', '65536'],
    ['server.port', '-1'],
    ['server.public_url', 'npm.example.com'],
    ['server.public_url', 'ftp://npm.example.com'],
    ['server.public_url', 'https://npm.example.com/?a=1'],
    ['server.public_url', 'https://npm.example.com/#top'],
    ['server.trust_proxy', '2'],
    ['server.trust_proxy', '10.0.0.0/33'],
    ['server.trust_proxy', 'proxy.example.com'],
    ['server.trust_proxy', ''],
    ['logger.level', 'loud'],
    ['settings.allow_unscoped', 'yes'],
    ['settings.max_tarball_size', '0'],
    ['settings.max_tarball_size', '5 apples'],
    ['settings.spool_path', ''],
    ['scopes.hosted', 'acme'],
    ['scopes.hosted', '@acme/name'],
    ['scopes.hosted', '@.'],
    ['upstream.mode', 'proxy'],
    ['auth.type', 'ldap'],
    ['auth.github.host', 'https://github.example.com'],
    ['storage.type', 'ftp'],
    ['storage.local.sendfile_base', '_npm-files/'],
    ['storage.local.sendfile_base', '/é/'],
    ['storage.local.sendfile_base', '/a?b/'],
    ['storage.s3.expires', '604801'],
    ['metadata.type', 'sql'],
  ])('of %s may not be "%s"', (key, value) => {
    const message = complaint(set(key, value))
    expect(message).toContain(`--${key}: ${key}: must be `)
  })

  it.each([
    ['server.port', '"3000a"'],
    ['server.port', '3000.5'],
    ['server.port', '{ number: 3000 }'],
    ['server.port', '[3000]'],
    ['storage.s3.bucket', '2024'],
    ['settings.allow_unscoped', '1'],
    ['scopes.hosted', '["@acme", 7]'],
    ['server.trust_proxy', '[]'],
  ])('of %s may not be %s in a file', async (key, value) => {
    const file = join(inputs.cwd, '.nmrrc')
    await writeFile(file, `${key}: ${value}`)
    expect(complaint()).toContain(`${file}: ${key}: must be `)
  })

  it('that are secret never stand in an error', async () => {
    await writeFile(join(inputs.cwd, '.nmrrc'), 'storage.s3.secretAccessKey: { hunter2: hunter2 }')
    expect(complaint()).toMatch(/storage\.s3\.secretAccessKey: must be text/)
    expect(complaint()).not.toContain('hunter2')
    const url = complaint(set('upstream.url', 'https://me:hunter2@npm.example.com'))
    expect(url).not.toContain('hunter2')
  })
})
