import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { complaint, inputs, load, root } from './machine.ts'

describe('files of configuration', () => {
  it('win over each other from the machine to the working folder, key by key', async () => {
    await writeFile(
      join(inputs.etc, 'nmrrc'),
      'server: { host: 10.0.0.1, port: 1 }\nlogger: { level: warn }\n',
    )
    await writeFile(
      join(inputs.home, '.nmrrc'),
      'server:\n  port: 2\nauth:\n  github:\n    host: ghe.example.com\n',
    )
    await writeFile(join(inputs.cwd, '.nmrrc'), '{"server": {"port": 3}, "cache": {"views": "1mb"}}')
    await writeFile(join(inputs.cwd, 'nmr.config.json'), '{\n\t"server": {\n\t\t"port": 4\n\t}\n}')
    const { server, logger, auth, cache } = load()
    expect(server).toMatchObject({ host: '10.0.0.1', port: 4 })
    expect(logger.level).toBe('warn')
    expect(auth.github.host).toBe('ghe.example.com')
    expect(cache.views).toBe(1_048_576)
  })

  it('may be named by an argument, which wins over the usual ones', async () => {
    await writeFile(join(inputs.cwd, '.nmrrc'), 'server.port: 1')
    await writeFile(join(root, 'extra.yaml'), 'server.port: 2')
    expect(load({ argv: ['--config', '../extra.yaml'] }).server.port).toBe(2)
    expect(load({ argv: [`--config=${join(root, 'extra.yaml')}`] }).server.port).toBe(2)
  })

  it('may be named by a variable, which an argument wins over', async () => {
    await writeFile(join(inputs.cwd, 'a.json'), '{"server.port": 1}')
    await writeFile(join(inputs.cwd, 'b.json'), '{"server.port": 2}')
    expect(load({ env: { NMR_CONFIG: 'a.json' } }).server.port).toBe(1)
    expect(load({ env: { NMR_CONFIG: 'a.json' }, argv: ['--config', 'b.json'] }).server.port).toBe(2)
  })

  it('may be empty, and may hold empty sections and keys', async () => {
    await writeFile(join(inputs.etc, 'nmrrc'), '')
    await writeFile(
      join(inputs.cwd, '.nmrrc'),
      '# nothing yet\nserver:\n  port:\n  public_url: null\nstorage:\n',
    )
    expect(load().server).toMatchObject({ port: 3000, public_url: undefined })
  })

  it('that are named must be there', () => {
    expect(complaint({ argv: ['--config', 'gone.yaml'] })).toBe(
      `--config names ${join(inputs.cwd, 'gone.yaml')}, which is not there: the path of a JSON or YAML file is allowed`,
    )
    expect(complaint({ env: { NMR_CONFIG: '/gone.yaml' } })).toMatch(/^NMR_CONFIG names \/gone.yaml, /)
  })

  it('that cannot be read stop the start', async () => {
    await mkdir(join(inputs.cwd, '.nmrrc'))
    expect(complaint()).toMatch(/\.nmrrc cannot be read \(EISDIR\)/)
  })

  it('that cannot be parsed stop the start with the place, and without what stands there', async () => {
    const file = join(inputs.cwd, '.nmrrc')
    await writeFile(file, 'storage:\n  s3:\n    secretAccessKey: "hunter2\n')
    expect(complaint()).toMatch(
      /\.nmrrc cannot be parsed: .* at line \d+, column \d+: JSON or YAML is allowed$/,
    )
    expect(complaint()).not.toContain('hunter2')
    await writeFile(file, 'storage: { s3: { secretAccessKey: *hunter2 } }')
    expect(complaint()).toMatch(/\.nmrrc cannot be parsed/)
    expect(complaint()).not.toContain('hunter2')
    await writeFile(file, 'scopes.hosted: [@acme]')
    expect(complaint()).toContain('text that starts with @ or ` needs quotes')
  })

  it('that hold something else than keys stop the start', async () => {
    await writeFile(join(inputs.cwd, '.nmrrc'), '- server.port')
    expect(complaint()).toMatch(/\.nmrrc must hold keys and their values/)
    await writeFile(join(inputs.cwd, '.nmrrc'), 'server: 3000')
    expect(complaint()).toMatch(
      /^server in .*\.nmrrc must be a section with host, port, public_url, trust_proxy$/,
    )
  })

  it('with an unknown key stop the start and suggest a known one', async () => {
    const file = join(inputs.cwd, '.nmrrc')
    await writeFile(file, '{"server": {"prot": 1}}')
    expect(complaint()).toBe(`${file} sets "server.prot", which is no key (did you mean server.port?)`)
    await writeFile(file, 'bucket: packages')
    expect(complaint()).toContain('(did you mean storage.s3.bucket?)')
    await writeFile(file, 'nothing_like_it: 1')
    expect(complaint()).toBe(`${file} sets "nothing_like_it", which is no key`)
    await writeFile(file, '{"__proto__": {"polluted": 1}, "constructor": 1}')
    expect(complaint()).toContain('"__proto__", which is no key')
    expect({}).not.toHaveProperty('polluted')
  })
})
