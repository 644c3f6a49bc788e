import { parsePackageName } from '@nmr/core'
import { defaultUrl } from 'registry-url'
import { expect, it, vi } from 'vitest'
import { createRedirectUpstream } from '../src/index.ts'

const name = parsePackageName('@acme/widget')

it('sends readers to the public registry, wherever this machine installs from', async () => {
  vi.stubEnv('npm_config_registry', 'http://mirror.test/')
  const located = await createRedirectUpstream().locate(name, { kind: 'packument' })
  expect(located).toEqual({ kind: 'elsewhere', url: `${defaultUrl}@acme%2fwidget` })
  expect(defaultUrl).toMatch(/^https:.*\/$/)
})

it.each([
  [{ kind: 'packument' }, '@acme%2fwidget'],
  [{ kind: 'version', versionOrTag: '1.0.0+a/b' }, '@acme%2fwidget/1.0.0%2Ba%2Fb'],
  [{ kind: 'tarball', file: 'widget-1.0.0.tgz' }, '@acme/widget/-/widget-1.0.0.tgz'],
  [{ kind: 'dist-tags' }, '-/package/@acme%2fwidget/dist-tags'],
] as const)('knows where another registry has %j', async (resource, path) => {
  for (const url of ['http://other.test/npm', 'http://other.test/npm//']) {
    const located = await createRedirectUpstream({ url }).locate(name, resource)
    expect(located).toEqual({ kind: 'elsewhere', url: `http://other.test/npm/${path}` })
  }
})
