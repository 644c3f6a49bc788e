import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type Installation, installInClone, installPacked, npm } from './installation.ts'

// The port of a service that is nowhere.
const nowhere = 'http://127.0.0.1:1'
const s3 = {
  storage: {
    type: 's3',
    s3: { bucket: 'acme-npm', endpoint: nowhere, accessKeyId: 'key', secretAccessKey: 'secret' },
  },
}
const github = { auth: { type: 'github', github: { api_url: nowhere } } }

describe.each([
  ['in a clone', installInClone],
  ['from packages', installPacked],
])('the server, installed %s for production,', (_title, install) => {
  let folder: string
  let installation: Installation
  const start = async (settings = {}) => startServer(await temporaryFolder(), settings, {}, installation.main)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nmr-install-'))
    installation = await install(folder)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('has under 25 MB in under 100 packages', () => {
    const lock = JSON.parse(readFileSync(join(installation.modules, '.package-lock.json'), 'utf8'))
    expect(Object.keys(lock.packages).length).toBeLessThan(100)
    expect(bytesUnder(installation.modules) / 1e6).toBeLessThan(25)
  })

  it('takes a package from npm and gives it back', async () => {
    const server = await start()
    await publishAndInstall(server)
    expect(await server.stop()).toBe(0)
  })

  it.each([
    ['@nmr/tarballs-s3', 'tarballs in S3', s3],
    ['@nmr/auth-github', 'permissions from GitHub', github],
  ])('says how to install %s where it is configured and not there', async (name, purpose, settings) => {
    await expect(start(settings)).rejects.toThrow(
      `the server exited with 1:\nnmr: ${purpose} need ${name}, which is not installed: npm install ${name}`,
    )
  })

  it('finds the adapters that are installed on top', async () => {
    await installation.add('@nmr/tarballs-s3')
    await expect(start(s3)).rejects.toThrow(/nmr: S3 bucket acme-npm: the store cannot be reached/)
    await installation.add('@nmr/auth-github')
    expect(await (await start(github)).stop()).toBe(0)
    await expect(start(s3)).rejects.toThrow(/nmr: S3 bucket acme-npm: the store cannot be reached/)
  })
})

async function publishAndInstall({ url }: RunningServer): Promise<void> {
  const folder = await temporaryFolder()
  const npmrc = `@acme:registry=${url}\n//${url.host}/:_authToken=anything\n`
  for (const [project, manifest] of [
    ['hello', { name: '@acme/hello', version: '1.0.0' }],
    ['app', { name: 'app', private: true }],
  ] as const) {
    await mkdir(join(folder, project))
    await writeFile(join(folder, project, 'package.json'), JSON.stringify(manifest))
    await writeFile(join(folder, project, '.npmrc'), npmrc)
  }
  await npm(join(folder, 'hello'), ['publish'])
  await npm(join(folder, 'app'), ['install', '@acme/hello'])
  const arrived = readFileSync(join(folder, 'app/node_modules/@acme/hello/package.json'), 'utf8')
  expect(JSON.parse(arrived)).toEqual({ name: '@acme/hello', version: '1.0.0' })
}

function bytesUnder(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + lstatSync(join(entry.parentPath, entry.name)).size, 0)
}
