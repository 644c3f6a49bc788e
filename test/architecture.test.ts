import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type Source, type Unit, violations } from './support/architecture.ts'
import { readImports } from './support/imports.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

describe('the architecture', () => {
  it('is kept by every import in the sources', () => {
    expect(violations([...workspaces(), ...examples()])).toEqual([])
  })

  it('is looked at in core, every adapter and the server', () => {
    const units = workspaces()
    expect(units.map(({ folder }) => folder)).toEqual(
      expect.arrayContaining([
        'packages/core',
        'packages/metadata-level',
        'packages/tarballs-fs',
        'apps/server',
      ]),
    )
    const imports = units.flatMap(({ sources }) =>
      sources.flatMap(({ path, text }) => readImports(path, text)),
    )
    expect(imports.length).toBeGreaterThan(200)
  })

  it('cannot be kept by looking at nothing', () => {
    expect(() => violations([])).toThrow('nothing to look at')
    expect(() => violations([{ folder: 'packages/core', dependencies: [], sources: [] }])).toThrow(
      'has no sources',
    )
  })

  it('cannot be kept by sources that nobody can parse', () => {
    expect(() => inCore('import {')).toThrow('cannot be parsed')
  })
})

describe('a violation is caught', () => {
  it.each([
    ["import { readFile } from 'node:fs/promises'", 'node:fs/promises'],
    ["import type { Server } from 'node:http'", 'node:http'],
    ["export * from 'node:net'", 'node:net'],
    ["export { connect } from 'node:tls'", 'node:tls'],
    ["const os = await import('node:os')", 'node:os'],
    ["type Worker = import('node:worker_threads').Worker", 'node:worker_threads'],
    ["const fs = require('node:fs')", 'node:fs'],
    ["import fs = require('node:fs')", 'node:fs'],
    ["import assert from 'node:assert/strict'", 'node:assert/strict'],
    ["import { setTimeout } from 'node:timers/promises'", 'node:timers/promises'],
    ["import { createHash } from 'crypto'", 'write node:crypto'],
    ["import { openLevel } from '@nmr/metadata-level'", '@nmr/metadata-level'],
    ["import { createRegistry } from '@nmr/core'", '@nmr/core'],
    ["import Fastify from 'fastify'", 'fastify'],
    ["import { got } from 'declared-but-not-pure'", 'declared-but-not-pure'],
    ["import { x } from '../../tarballs-fs/src/index.ts'", 'leaves packages/core/src'],
    ["import { x } from '../test/x.ts'", 'leaves packages/core/src'],
    ["import x from '/etc/x.ts'", 'name a package'],
    ["const name = 'node:fs'\nawait import(name)", 'computed'],
  ])('in core: %s', (text, problem) => {
    expect(inCore(text)).toEqual([expect.stringContaining(problem)])
  })

  it.each([
    ["import { x } from '@nmr/tarballs-s3'", 'an adapter knows @nmr/core only'],
    ["import { x } from '@nmr/server'", 'an adapter knows @nmr/core only'],
    ["import { suite } from '@nmr/core/testing'", 'which is for tests'],
    ["import pino from 'pino'", 'only apps/server may know'],
    ["import cors from '@fastify/cors'", 'only apps/server may know'],
    [
      "import { x } from 'not-declared/deep'",
      'imports not-declared, which packages/tarballs-fs/package.json',
    ],
  ])('in an adapter: %s', (text, problem) => {
    expect(inAdapter(text)).toEqual([expect.stringContaining(problem)])
  })

  it.each([
    ["import { x } from '@nmr/tarballs-fs'", 'only apps/server/src/compose.ts names adapters'],
    ["await import('@nmr/tarballs-fs')", 'only apps/server/src/compose.ts names adapters'],
    ["import { memory } from '@nmr/core/testing'", 'which is for tests'],
    [
      "import { x } from '@scope/not-declared'",
      'imports @scope/not-declared, which apps/server/package.json',
    ],
  ])('in the server: %s', (text, problem) => {
    expect(inServer(text)).toEqual([expect.stringContaining(problem)])
  })

  it('in an example, where it reaches into the sources of others', () => {
    const sources = [{ path: 'examples/a.ts', text: "import { x } from '../apps/server/src/app.ts'" }]
    expect(violations([{ folder: 'examples', dependencies: undefined, sources }])).toEqual([
      'examples/a.ts:1: imports ../apps/server/src/app.ts, which leaves examples',
    ])
  })

  it('and named with its file and line', () => {
    expect(inCore("import 'semver'\n\nimport 'node:fs'")[0]).toMatch(/^packages\/core\/src\/x\.ts:3: /)
  })
})

describe('what is allowed', () => {
  it('passes', () => {
    expect(
      inCore("import { gzip } from 'node:zlib'\nimport semver from 'semver'\nimport './model/x.ts'"),
    ).toEqual([])
    expect(inCore("import assert from 'node:assert/strict'", 'testing/suite.ts')).toEqual([])
    expect(inAdapter("import 'node:fs'\nimport '@nmr/core'")).toEqual([])
    expect(inServer("import '@nmr/core'\nimport 'fastify'\nimport './errors.ts'")).toEqual([])
    expect(inServer("await import('@nmr/tarballs-fs')", 'compose.ts')).toEqual([])
  })
})

function inCore(text: string, file = 'x.ts'): string[] {
  return inUnit('packages/core', ['semver', 'declared-but-not-pure', 'fastify'], file, text)
}

function inAdapter(text: string): string[] {
  return inUnit('packages/tarballs-fs', ['@nmr/core', 'pino'], 'x.ts', text)
}

function inServer(text: string, file = 'x.ts'): string[] {
  return inUnit('apps/server', ['@nmr/core', '@nmr/tarballs-fs', 'fastify'], file, text)
}

function inUnit(folder: string, dependencies: string[], file: string, text: string): string[] {
  return violations([{ folder, dependencies, sources: [{ path: `${folder}/src/${file}`, text }] }])
}

function workspaces(): Unit[] {
  return ['packages', 'apps']
    .flatMap((parent) => readdirSync(join(root, parent)).map((name) => `${parent}/${name}`))
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => ({
      folder,
      dependencies: Object.keys(readManifest(folder).dependencies ?? {}),
      sources: sourcesIn(`${folder}/src`),
    }))
}

/** Examples are optional; the rules hold for those that there are. */
function examples(): Unit[] {
  const sources = existsSync(join(root, 'examples')) ? sourcesIn('examples') : []
  return sources.length === 0 ? [] : [{ folder: 'examples', dependencies: undefined, sources }]
}

function sourcesIn(folder: string): Source[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[cm]?[jt]sx?$/.test(file) && !file.includes('node_modules'))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

function readManifest(folder: string): { readonly dependencies?: Record<string, string> } {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
}
