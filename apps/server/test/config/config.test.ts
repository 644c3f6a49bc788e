import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { handOver } from '../../src/config/hand-over.ts'
import { describeConfig } from '../../src/config.ts'
import { complaint, inputs, load, root } from './machine.ts'

describe('defaults of the configuration', () => {
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
      scopes: { hosted: [], only_hosted: false },
      upstream: { mode: 'redirect', url: undefined },
      auth: {
        type: 'none',
        github: {
          host: 'github.com',
          api_url: undefined,
          scopes: [],
          anonymous_read: false,
          unpublish: undefined,
          write_probe: true,
          cache: {
            path: join(inputs.cwd, 'data/github-cache'),
            ttl: 60,
            negative_ttl: 10,
            stale_if_error: 0,
          },
        },
      },
      storage: {
        type: 'local',
        local: { path: join(inputs.cwd, 'data/storage'), sendfile: 'off', sendfile_base: undefined },
        s3: {
          accessKeyId: undefined,
          secretAccessKey: undefined,
          region: undefined,
          bucket: undefined,
          prefix: '',
          endpoint: undefined,
          public_endpoint: undefined,
          force_path_style: undefined,
          checksums: undefined,
          redirect: false,
          redirect_except: [],
          expires: 60,
        },
      },
      metadata: { type: 'level', level: { path: join(inputs.cwd, 'data/db') } },
      cache: { views: 67_108_864, answers: 67_108_864 },
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

describe('arguments that set keys', () => {
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

describe('combinations of values', () => {
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

  it('of files that are handed to nobody, or are none, are refused', () => {
    const accel = '--storage.local.sendfile=x-accel-redirect'
    expect(complaint({ argv: [accel] })).toBe(
      'storage.local.sendfile (--storage.local.sendfile) is x-accel-redirect, and server.trust_proxy is not set: the address of the proxy is needed, for instance in NMR_SERVER_TRUST_PROXY',
    )
    const trusting = [accel, '--server.trust_proxy=127.0.0.1']
    expect(complaint({ argv: [...trusting, '--storage.type=s3', '--storage.s3.bucket=b'] })).toBe(
      'storage.local.sendfile (--storage.local.sendfile) is x-accel-redirect, and storage.type (--storage.type) is s3: only files of a local folder can be handed over; storage.s3.redirect sends readers to S3',
    )
    expect(handOver(load({ argv: trusting }))).toEqual({ header: 'x-accel-redirect', base: '/_npm-files/' })
  })

  it('of a folder that no header can name are refused, unless the proxy has another name for it', () => {
    const argv = [
      '--storage.local.sendfile=x-sendfile',
      '--server.trust_proxy',
      '--storage.local.path=/srv/100%',
    ]
    expect(complaint({ argv })).toMatch(
      /^storage.local.sendfile .* is x-sendfile, and storage.local.path .* is not a path that/,
    )
    const named = load({ argv: [...argv, '--storage.local.sendfile_base=/mnt/npm'] })
    expect(handOver(named)).toEqual({ header: 'x-sendfile', base: '/mnt/npm/' })
    expect(handOver(load({ argv: [...argv, '--storage.local.path=/srv/npm'] }))?.base).toBe('/srv/npm/')
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
