import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { installedPackages, installedVersion } from '../cache-folder.mjs'
import { expectStatus } from '../http-client.mjs'
import { freePort, startProcess } from './process.mjs'
import { publishAll } from './publishing.mjs'

/** More versions than these are written into its files: publishing them takes it minutes. */
const PUBLISHED = 10

/** The newest Verdaccio, one process with local storage, in the Node that it needs. */
export async function createVerdaccio({ folder, seeds, fixtures }) {
  const platform = `node-${process.platform}-${process.arch}`
  const cache = await installedPackages('verdaccio', {
    dependencies: { verdaccio: '^6.10.4', [platform]: '24' },
    // It asks for what is tagged `cjs`, which not every mirror of the public registry knows.
    overrides: { 'node-fetch': '^2.7.0' },
  })
  const command = join(cache, 'node_modules', platform, 'bin/node')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/`
  await mkdir(folder, { recursive: true })
  const config = join(folder, 'config.yaml')
  await writeFile(config, configuration(port))
  const args = [join(cache, 'node_modules/verdaccio/bin/verdaccio'), '--config', config]
  const headers = {}
  return {
    name: 'Verdaccio',
    version: `${installedVersion(cache, 'verdaccio')}, Node ${installedVersion(cache, platform)}`,
    url,
    headers,
    start: (options) => startProcess({ folder, command, args, url, ...options }),
    async seed() {
      headers.authorization = `Bearer ${await newUser(url)}`
      const first = seeds.map((each) => ({ ...each, versions: each.versions.slice(0, PUBLISHED) }))
      await publishAll({ url, headers }, first, fixtures)
      for (const { name, versions, size } of seeds) {
        if (versions.length > PUBLISHED)
          await writeVersions(folder, name, versions.slice(PUBLISHED), size, fixtures)
      }
    },
  }
}

/** JSON is YAML. Tokens are JWT: with the others, each publish would hash a password. */
function configuration(port) {
  const everybody = { access: '$all', publish: '$authenticated', unpublish: '$authenticated' }
  return JSON.stringify({
    storage: './storage',
    listen: [`127.0.0.1:${port}`],
    auth: { htpasswd: { file: './htpasswd' } },
    security: { api: { jwt: { sign: { expiresIn: '7d' } } } },
    uplinks: {},
    packages: { '@*/*': everybody, '**': everybody },
    max_body_size: '1gb',
    web: { enable: false },
    log: { type: 'stdout', format: 'json', level: 'http' },
  })
}

async function newUser(url) {
  const { body } = await expectStatus(201, new URL('/-/user/org.couchdb.user:bench', url), {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', password: 'for-benchmarks-only', email: 'bench@acme.example' }),
  })
  return JSON.parse(body).token
}

/** It reads the file at each request, so it may be written while nothing is under way. */
async function writeVersions(folder, name, versions, size, fixtures) {
  const file = join(folder, 'storage', name, 'package.json')
  const packument = JSON.parse(await readFile(file, 'utf8'))
  const [published] = Object.values(packument.versions)
  for (const version of versions) {
    const { document } = fixtures.publication(name, version, size)
    packument.versions[version] = { ...published, ...document.versions[version] }
    packument.time[version] = packument.time.modified
    packument._attachments[`${name.split('/')[1]}-${version}.tgz`] = {
      shasum: document.versions[version].dist.shasum,
      version,
    }
  }
  packument['dist-tags'].latest = versions.at(-1)
  await writeFile(file, JSON.stringify(packument, undefined, '  '))
}
