import { expect, it } from 'vitest'
import { type RegistryBeside, startBeside } from './registry-beside.ts'

const PACKAGES = 200
const REPOSITORIES = 20
const TOGETHER = 15

/** Does something for each, as many at a time as npm has sockets. */
async function forEach<Item>(items: readonly Item[], work: (item: Item, index: number) => Promise<void>) {
  const left = [...items.entries()]
  const workers = Array.from({ length: TOGETHER }, async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next[1], next[0])
  })
  await Promise.all(workers)
}

const names = Array.from({ length: PACKAGES }, (_, index) => `@acme/p${index}`)

/** As an install: each document, and then its tarball. */
async function readAll({ ask }: RegistryBeside, token: string): Promise<void> {
  const accept = 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*'
  await forEach(names, async (name) => {
    const document = await ask(token, `/${name.replace('/', '%2f')}`, { headers: { accept } })
    expect(document.status, document.body).toBe(200)
    const { tarball } = JSON.parse(document.body).versions['1.0.0'].dist
    expect((await ask(token, tarball)).status).toBe(200)
  })
}

it('an install of 200 packages from 20 repositories asks GitHub once for each repository, and then nothing', async () => {
  const roles = { adam: 'admin', rita: 'read' } as const
  const registry = await startBeside({}, (github) => {
    github.addToken('fine-grained', { login: 'rita', contents: 'read', value: 'github_pat_rita' })
    for (let index = 0; index < REPOSITORIES; index++) github.addRepository(`acme/r${index}`, { roles })
  })
  const { github } = registry
  await forEach(names, (name, index) => registry.publish(name, `acme/r${index % REPOSITORIES}`))

  const questions = async (work: () => Promise<void>) => {
    const before = github.calls.length
    await work()
    return github.calls.slice(before).map(({ path }) => path)
  }
  const cold = await questions(() => readAll(registry, 'ghp_rita'))
  expect(cold.sort()).toEqual(
    Array.from(
      { length: REPOSITORIES },
      (_, index) => `/repositories/${github.byName(`acme/r${index}`)?.id}`,
    ).sort(),
  )
  expect(await questions(() => readAll(registry, 'ghp_rita'))).toEqual([])
  const restarted = await registry.restart()
  expect(await questions(() => readAll(restarted, 'ghp_rita'))).toEqual([])

  // Tokens that have to be tried take two: whether it is there, and whether its contents may be read.
  const tried = await questions(() => readAll(restarted, 'github_pat_rita'))
  expect(tried).toHaveLength(2 * REPOSITORIES)
})

it('of a thousand interleaved requests of two people each is judged by its own token', async () => {
  const registry = await startBeside({ ttl: 1, negative_ttl: 1 }, (github) => {
    for (const login of ['ann', 'bob']) {
      github.addUser(login)
      github.addRepository(`acme/of-${login}`, { roles: { adam: 'admin', [login]: 'write' } })
      github.addToken('classic', { login, scopes: ['repo'], value: `ghp_${login}` })
    }
  })
  for (const login of ['ann', 'bob']) await registry.publish(`@acme/${login}`, `acme/of-${login}`)
  const paths = [
    '/@acme%2fLOGIN',
    '/@acme/LOGIN/-/LOGIN-1.0.0.tgz',
    '/-/package/@acme%2fLOGIN/dist-tags',
    '/-/whoami',
  ]
  await forEach(
    Array.from({ length: 1000 }, (_, index) => index),
    async (index) => {
      const [who, whose] = [index & 1 ? 'ann' : 'bob', index & 2 ? 'ann' : 'bob']
      const path = (paths[(index >> 2) % paths.length] ?? '').replaceAll('LOGIN', whose)
      const { status, body } = await registry.ask(`ghp_${who}`, path)
      const called = `${path} as ${who}: ${status} ${body}`
      if (path === '/-/whoami') expect(JSON.parse(body), called).toEqual({ username: who })
      else expect(status, called).toBe(who === whose ? 200 : 404)
    },
  )
  expect(registry.github.count('/user')).toBeGreaterThan(1)
})
