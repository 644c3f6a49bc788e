import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { OPTIONAL_ADAPTERS } from './support/architecture.ts'
import { type Lockfile, productionInstall } from './support/production-install.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const lockfile: Lockfile = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
const installed = productionInstall(lockfile, 'apps/server')

describe('a production install of the server', () => {
  it('has fewer than 100 packages', () => {
    expect(installed.length).toBeLessThan(100)
    expect(installed).toEqual(
      expect.arrayContaining(['node_modules/fastify', 'node_modules/classic-level', 'packages/core']),
    )
  })

  it('leaves 3 MB of 25 to what is ours', () => {
    const others = installed.filter((place) => place.includes('node_modules/'))
    const bytes = others.reduce((sum, place) => sum + bytesOf(join(root, place)), 0)
    expect(bytes / 1e6).toBeLessThan(22)
    expect(bytes / 1e6).toBeGreaterThan(10)
  })

  it('has nothing that S3 or GitHub need', () => {
    for (const name of OPTIONAL_ADAPTERS) expect(installed).not.toContain(name.replace('@nmr/', 'packages/'))
    expect(installed.filter((place) => /@(?:aws-sdk|smithy|octokit)\//.test(place))).toEqual([])
  })

  it.each(OPTIONAL_ADAPTERS)('has more with %s', (name) => {
    const place = name.replace('@nmr/', 'packages/')
    expect(productionInstall(lockfile, place).join()).toMatch(/@aws-sdk\/|@octokit\//)
  })
})

describe('what npm installs is found', () => {
  const packages: Lockfile['packages'] = {
    'apps/x': {
      dependencies: { a: '1', '@our/y': '1' },
      devDependencies: { b: '1', '@our/z': '1' },
      peerDependencies: { c: '1', d: '1' },
    },
    'node_modules/@our/y': { link: true, resolved: 'packages/y' },
    'node_modules/@our/z': { link: true, resolved: 'packages/z' },
    'packages/y': { optionalDependencies: { a: '2' } },
    'packages/y/node_modules/a': { dependencies: { e: '1' } },
    'packages/z': {},
    'node_modules/a': { dependencies: { c: '1', e: '1' } },
    'node_modules/a/node_modules/e': {},
    'node_modules/b': { dev: true },
    'node_modules/c': { dependencies: { a: '1' } },
    'node_modules/e': {},
    'node_modules/unused': {},
  }

  it('by links, beside and above whoever wants it, in circles', () => {
    expect(productionInstall({ packages }, 'apps/x')).toEqual([
      'apps/x',
      'node_modules/a',
      'node_modules/a/node_modules/e',
      'node_modules/c',
      'node_modules/e',
      'packages/y',
      'packages/y/node_modules/a',
      'packages/z',
    ])
  })
})

/** Of a package's own files, without the packages inside of it. */
function bytesOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .map((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? bytesOf(path) : statSync(path).size
    })
    .reduce((sum, bytes) => sum + bytes, 0)
}
