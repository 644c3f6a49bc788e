import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { variablesOf } from '../src/config/environment.ts'
import { keys } from '../src/config/schema.ts'
import { type Config, ConfigError, type ConfigInputs, describeConfig, loadConfig } from '../src/config.ts'

let root: string
let inputs: ConfigInputs

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'nmr-config-'))
  inputs = { argv: [], env: {}, cwd: join(root, 'work'), home: join(root, 'home'), etc: join(root, 'etc') }
  await Promise.all([inputs.cwd, inputs.home, inputs.etc].map((folder) => mkdir(folder)))
})

afterEach(() => rm(root, { recursive: true, force: true }))

const load = (changed: Partial<ConfigInputs> = {}): Config => loadConfig({ ...inputs, ...changed })

/** What the error says; fails when there is none, when it is of another kind, or longer than a line. */
function complaint(changed: Partial<ConfigInputs> = {}): string {
  try {
    load(changed)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    const { message } = error as ConfigError
    expect(message).not.toMatch(/[\r\n]/)
    return message
  }
  throw new Error('the configuration was accepted')
}

describe('defaults', () => {
  it('are enough to run, with every path inside the working folder', () => {
    expect(load()).toEqual({
      server: { host: '0.0.0.0', port: 3000, public_url: undefined, trust_proxy: false },
      logger: { level: 'info' },
      settings: {
        allow_previous_version: false,
        allow_unscoped: false,
        max_tarball_size: 536_870_912,
        spool_path: join(inputs.cwd, 'data/spool'),
      },
      scopes: { hosted: [] },
      upstream: { mode: 'redirect', url: undefined },
      auth: {
        type: 'none',
        github: { host: 'github.com', cache: { path: join(inputs.cwd, 'data/github-cache') } },
      },
      storage: {
        type: 'local',
        local: { path: join(inputs.cwd, 'data/storage') },
        s3: {
          accessKeyId: undefined,
          secretAccessKey: undefined,
          region: undefined,
          bucket: undefined,
          prefix: '',
          redirect: false,
          expires: 60,
        },
      },
      metadata: { type: 'level', level: { path: join(inputs.cwd, 'data/db') } },
      cache: { views: 67_108_864 },
    })
  })

  it('cannot be changed by whoever holds the configuration', () => {
    const config = load({ argv: ['--scopes.hosted', '@acme'] })
    expect(Object.isFrozen(config)).toBe(true)
    expect(Object.isFrozen(config.storage.s3)).toBe(true)
    expect(Object.isFrozen(config.scopes.hosted)).toBe(true)
  })

  it('do not come from the process', () => {
    process.env.NMR_SERVER_PORT = '4999'
    try {
      expect(load().server.port).toBe(3000)
    } finally {
      delete process.env.NMR_SERVER_PORT
    }
  })
})

describe('files', () => {
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

  it.skipIf(process.getuid?.() === 0)('that may not be read stop the start', async () => {
    const file = join(inputs.cwd, '.nmrrc')
    await writeFile(file, '')
    await chmod(file, 0)
    expect(complaint()).toMatch(/\.nmrrc cannot be read \(EACCES\)/)
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

describe('the environment', () => {
  it('wins over files', async () => {
    await writeFile(join(inputs.cwd, '.nmrrc'), 'server.port: 1')
    expect(load({ env: { NMR_SERVER_PORT: '2' } }).server.port).toBe(2)
  })

  it.each([...keys.keys()])('has an upper-case and a lower-case variable for %s', (key) => {
    const name = key.replaceAll('.', '_').toUpperCase()
    expect(variablesOf(key)).toContain(`NMR_${name}`)
    expect(variablesOf(key)).toContain(`nmr_${key.replaceAll('.', '__')}`)
    for (const variable of variablesOf(key)) {
      expect(describeConfig({ ...inputs, env: { ...company(key), [variable]: sample(key) } })).toMatch(
        new RegExp(`${key.replaceAll('.', '\\.')}: .* # ${variable}\n`),
      )
    }
  })

  it('takes words of camel case apart as well', () => {
    const env = { NMR_STORAGE_S3_ACCESS_KEY_ID: 'id', NMR_STORAGE_S3_SECRETACCESSKEY: 'secret' }
    expect(load({ env }).storage.s3).toMatchObject({ accessKeyId: 'id', secretAccessKey: 'secret' })
  })

  it('counts an empty variable as not set', () => {
    expect(load({ env: { NMR_SERVER_PORT: '', NMR_CONFIG: '' } }).server.port).toBe(3000)
  })

  it('may not set one key twice', () => {
    expect(complaint({ env: { NMR_SERVER_PORT: '1', nmr_server__port: '2' } })).toBe(
      'server.port is set by both NMR_SERVER_PORT and nmr_server__port: one of them is allowed',
    )
  })

  it('with a variable of ours that names no key stops the start, without its value', () => {
    expect(complaint({ env: { NMR_STORAGE_S3_SECRET: 'hunter2' } })).toMatch(
      /^NMR_STORAGE_S3_SECRET .* no key/,
    )
    expect(complaint({ env: { NMR_STORAGE_S3_SECRET: 'hunter2' } })).not.toContain('hunter2')
    expect(complaint({ env: { NMR_SERVER_PROT: '1' } })).toContain('(did you mean NMR_SERVER_PORT?)')
    expect(complaint({ env: { nmr_server_port: '1' } })).toContain('(did you mean NMR_SERVER_PORT?)')
  })

  it('leaves the variables of others alone, those that Kubernetes makes for a service of our name included', () => {
    const env = {
      NMR_SERVICE_HOST: '10.0.0.1',
      NMR_SERVICE_PORT_HTTP: '3000',
      NMR_PORT: 'tcp://10.0.0.1:3000',
      NMR_PORT_3000_TCP_ADDR: '10.0.0.1',
      NMR_SERVER_PORT: 'tcp://10.0.0.1:3000',
      npm_config_port: '1',
      PORT: '1',
    }
    expect(load({ env })).toEqual(load())
  })
})

describe('arguments', () => {
  it('win over the environment', () => {
    const env = { NMR_SERVER_PORT: '1' }
    expect(load({ env, argv: ['--server.port', '4000'] }).server.port).toBe(4000)
    expect(load({ env, argv: ['--server.port=4001'] }).server.port).toBe(4001)
  })

  it('name the argument when the value is wrong', () => {
    expect(complaint({ argv: ['--server.port', '4000abc'] })).toBe(
      '--server.port: server.port: must be a whole number from 0 to 65535: value was "4000abc"',
    )
  })
})

describe('values', () => {
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

describe('combinations', () => {
  it('of S3 without a bucket are refused', () => {
    expect(complaint({ env: { NMR_STORAGE_TYPE: 's3' } })).toBe(
      "storage.s3.bucket is not set, and storage.type (NMR_STORAGE_TYPE) is s3: a bucket's name is needed, for instance in NMR_STORAGE_S3_BUCKET",
    )
    expect(load({ argv: ['--storage.type=s3', '--storage.s3.bucket=b'] }).storage.s3.bucket).toBe('b')
  })

  it('of half a key are refused, without that half', () => {
    const message = complaint({ env: { NMR_STORAGE_S3_SECRETACCESSKEY: 'hunter2' } })
    expect(message).toMatch(
      /^storage.s3.accessKeyId is not set, and storage.s3.secretAccessKey \(NMR_STORAGE_S3_SECRETACCESSKEY\) is: both or neither/,
    )
    expect(message).not.toContain('hunter2')
    expect(complaint({ argv: ['--storage.s3.accessKeyId=id'] })).toMatch(
      /^storage.s3.secretAccessKey is not set/,
    )
  })

  it('of two stores in one folder are refused', () => {
    expect(complaint({ argv: ['--storage.local.path', './data/db'] })).toBe(
      'storage.local.path (--storage.local.path) is the folder of metadata.level.path (default) as well: each needs one of its own',
    )
  })

  it('of an upstream that is off and has an address are fine', () => {
    const { upstream } = load({ argv: ['--upstream.mode=off', '--upstream.url=https://npm.example.com'] })
    expect(upstream).toEqual({ mode: 'off', url: 'https://npm.example.com' })
  })
})

describe('the description of what is in force', () => {
  it('says who set each key, and masks secrets', async () => {
    await writeFile(join(inputs.cwd, '.nmrrc'), 'logger.level: warn')
    const text = describeConfig({
      ...inputs,
      env: { NMR_STORAGE_S3_ACCESS_KEY_ID: 'AKIA', NMR_STORAGE_S3_SECRET_ACCESS_KEY: 'hunter2' },
      argv: ['--server.port=4000'],
    })
    expect(text).toContain('server.port: 4000 # --server.port\n')
    expect(text).toContain(`logger.level: "warn" # ${join(inputs.cwd, '.nmrrc')}\n`)
    expect(text).toContain('server.host: "0.0.0.0" # default\n')
    expect(text).toContain('storage.s3.secretAccessKey: ******** # NMR_STORAGE_S3_SECRET_ACCESS_KEY\n')
    expect(text).not.toMatch(/AKIA|hunter2/)
  })

  it('is a configuration file that means the same', async () => {
    const argv = [
      '--scopes.hosted=@acme',
      '--server.trust_proxy=loopback',
      '--server.public_url=https://a.example',
    ]
    const before = load({ argv })
    await writeFile(join(root, 'copy.yaml'), describeConfig({ ...inputs, argv }))
    expect(load({ argv: ['--config', join(root, 'copy.yaml')] })).toEqual(before)
  })
})

/** A value of a key that is not its default. */
function sample(key: string): string {
  const samples: Record<string, string> = {
    'server.port': '4000',
    'server.public_url': 'https://npm.example.com',
    'server.trust_proxy': 'true',
    'logger.level': 'warn',
    'settings.allow_previous_version': 'true',
    'settings.allow_unscoped': 'true',
    'settings.max_tarball_size': '1kb',
    'scopes.hosted': '@acme',
    'upstream.mode': 'off',
    'upstream.url': 'https://npm.example.com',
    'auth.type': 'github',
    'storage.type': 's3',
    'storage.s3.redirect': 'true',
    'storage.s3.expires': '5',
    'metadata.type': 'level',
    'cache.views': '1kb',
  }
  return samples[key] ?? 'some.name'
}

/** What else a key needs so that it may be set. */
function company(key: string): Record<string, string> {
  const companions: Record<string, Record<string, string>> = {
    'storage.type': { NMR_STORAGE_S3_BUCKET: 'bucket' },
    'storage.s3.accessKeyId': { NMR_STORAGE_S3_SECRET_ACCESS_KEY: 'secret' },
    'storage.s3.secretAccessKey': { NMR_STORAGE_S3_ACCESS_KEY_ID: 'id' },
  }
  return companions[key] ?? {}
}
