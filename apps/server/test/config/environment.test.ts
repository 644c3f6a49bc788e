import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { variablesOf } from '../../src/config/environment.ts'
import { keys } from '../../src/config/schema.ts'
import { describeConfig } from '../../src/config.ts'
import { complaint, inputs, load } from './machine.ts'

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
    'scopes.only_hosted': 'true',
    'upstream.mode': 'off',
    'upstream.url': 'https://npm.example.com',
    'auth.type': 'github',
    'auth.github.api_url': 'https://github.example.com/api/v3',
    'auth.github.scopes': '@acme=acme-inc',
    'auth.github.anonymous_read': 'true',
    'auth.github.unpublish': 'write',
    'auth.github.write_probe': 'false',
    'auth.github.cache.ttl': '30',
    'auth.github.cache.negative_ttl': '5',
    'auth.github.cache.stale_if_error': '60',
    'storage.type': 's3',
    'storage.local.sendfile': 'x-sendfile',
    'storage.local.sendfile_base': '/srv/storage/',
    'storage.s3.endpoint': 'https://s3.example.com',
    'storage.s3.public_endpoint': 'https://s3.example.com',
    'storage.s3.force_path_style': 'true',
    'storage.s3.checksums': 'when_required',
    'storage.s3.redirect': 'true',
    'storage.s3.expires': '5',
    'metadata.type': 'level',
    'cache.views': '1kb',
    'cache.answers': '1kb',
  }
  return samples[key] ?? 'some.name'
}

/** What else a key needs so that it may be set. */
function company(key: string): Record<string, string> {
  const companions: Record<string, Record<string, string>> = {
    'storage.type': { NMR_STORAGE_S3_BUCKET: 'bucket' },
    'storage.local.sendfile': { NMR_SERVER_TRUST_PROXY: 'loopback' },
    'storage.s3.accessKeyId': { NMR_STORAGE_S3_SECRET_ACCESS_KEY: 'secret' },
    'storage.s3.secretAccessKey': { NMR_STORAGE_S3_ACCESS_KEY_ID: 'id' },
  }
  return companions[key] ?? {}
}
