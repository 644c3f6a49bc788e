import { accepts } from '../prepared.mjs'
import { packagePath } from '../servers/publishing.mjs'

/** People with names of their own; one in ten requests comes with a credential that nobody has seen before. */
const PEOPLE = 1000
/** Versions that a package of the busy ones has, before its oldest is unpublished. */
const MAX_VERSIONS = 20

/**
 * What is asked of the registry, each kind with its share.
 *
 * @param busy packages with tarballs: `name` and `versions`, changed as they are written
 * @param names all packages
 * @param random a number from 0 to below its argument
 */
export function createMix(client, { busy, names, large, random, fixtures }) {
  const pick = (items) => items[random(items.length)]
  /** A few of them far more often than the others. */
  const popular = (items) => items[Math.floor((random(1e6) / 1e6) ** 3 * items.length)]
  let published = 0
  let stranger = 0

  function credential() {
    const dice = random(10)
    if (dice < 3) return {}
    if (dice === 9) return { authorization: `Bearer never-seen-${++stranger}` }
    const token = `anybody-${Buffer.from(`person-${random(PEOPLE)}`).toString('base64url')}`
    return { authorization: `Bearer ${token}` }
  }
  const document = () => ({ accept: pick([accepts.full, accepts.abbreviated]), 'accept-encoding': 'gzip' })
  const asking = () => ({ ...document(), ...credential() })
  const tagsPath = (name) => `/-/package${packagePath(name)}/dist-tags`
  const tarballPath = (name, version) => `/${name}/-/${name.slice(name.indexOf('/') + 1)}-${version}.tgz`
  const json = () => ({ 'content-type': 'application/json', ...credential() })

  function readTarball(options = {}) {
    const { name, versions } = popular(busy)
    // It may be unpublished a moment ago.
    const expected = [200, 206, 304, 410]
    return client.send(tarballPath(name, pick(versions)), { headers: credential(), expected, ...options })
  }

  async function publish(options = {}) {
    const one = pick(busy)
    const version = `2.0.${++published}`
    const { body } = fixtures.publication(one.name, version, pick([1000, 10_000, 100_000]))
    const answer = await client.send(packagePath(one.name), {
      method: 'PUT',
      headers: json(),
      body,
      expected: [201],
      ...options,
    })
    if (answer?.status === 201) one.versions.push(version)
    if (one.versions.length > MAX_VERSIONS) await unpublish(one)
  }

  /** As npm does it: reads the packument, and sends it back without the version. */
  async function unpublish(one) {
    const version = one.versions.shift()
    const answer = await client.send(`${packagePath(one.name)}?write=true`, { headers: json(), keep: true })
    if (answer?.status !== 200) return
    const found = JSON.parse(answer.body)
    delete found.versions[version]
    await client.send(`${packagePath(one.name)}/-rev/${found._rev}`, {
      method: 'PUT',
      headers: json(),
      body: Buffer.from(JSON.stringify(found)),
      // Somebody may have published meanwhile.
      expected: [201, 409],
    })
  }

  function deprecate() {
    const { name } = pick(busy)
    return client.send(packagePath(name), { headers: credential(), keep: true }).then((answer) => {
      if (answer?.status !== 200) return
      const found = JSON.parse(answer.body)
      const [version] = Object.keys(found.versions)
      found.versions[version].deprecated = `since ${Date.now()}`
      const body = Buffer.from(JSON.stringify(found))
      return client.send(packagePath(name), { method: 'PUT', headers: json(), body, expected: [201, 409] })
    })
  }

  async function tag() {
    const { name, versions } = pick(busy)
    const body = JSON.stringify(versions.at(-1))
    await client.send(`${tagsPath(name)}/beta`, {
      method: 'PUT',
      headers: json(),
      body,
      expected: [200, 404],
    })
  }

  /** The kinds, and how many of a thousand requests each is. */
  const kinds = [
    [400, () => client.again(packagePath(popular(busy).name), asking())],
    [70, () => client.again(packagePath(popular(names)), asking())],
    [20, () => client.again(packagePath(large), asking())],
    [250, () => readTarball()],
    [60, () => client.again(tagsPath(popular(busy).name), credential())],
    [60, () => client.again(`${packagePath(popular(busy).name)}/latest`, credential())],
    [30, () => client.send('/-/whoami', { headers: credential() })],
    [10, () => client.send('/-/ping')],
    [20, () => client.send(`/@acme%2fnot-here-${random(1e9)}`, { headers: asking(), expected: [404] })],
    // What no client sends twice: a cache that is keyed by it must not grow.
    [20, () => client.send(`${packagePath(pick(names))}?x=${random(1e9)}`, { headers: asking() })],
    [
      10,
      () => client.send(packagePath(pick(names)), { headers: { ...asking(), host: `${random(1e9)}.test` } }),
    ],
    [10, () => readTarball({ method: 'HEAD' })],
    [10, () => readTarball({ headers: { ...credential(), range: `bytes=${random(500)}-999` } })],
    [10, () => readTarball({ hangUp: true })],
    [2, () => client.send(packagePath(large), { headers: document(), hangUp: true })],
    [10, () => publish()],
    [2, () => publish({ hangUp: true })],
    [10, () => tag()],
    [2, () => deprecate()],
    [
      4,
      () =>
        client.send(`/-/v1/search?text=${pick(names).slice(6, 6 + 3 + random(4))}`, {
          headers: credential(),
        }),
    ],
  ]
  const asked = kinds.flatMap(([share, ask]) => Array.from({ length: share }, () => ask))

  return {
    /** Asks for something. */
    one: () => pick(asked)(),

    /** Asks for each package once, as who mirrors the registry does. */
    scan: (n) => client.send(packagePath(names[n % names.length]), { headers: asking() }),
  }
}
