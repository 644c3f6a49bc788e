import { integrityOf, makeTarball, publishDocument } from '../../support/publish-document.ts'
import { createRegistryClient } from '../../support/registry-client.ts'
import type { Model } from './model.ts'
import { keyOf } from './representations.ts'

/** Changes one package in its own name: its own versions, its own two tags, its own star. */
export interface Writer {
  readonly tags: readonly [published: string, moved: string]
  /** Does one thing at random, and returns when it was acknowledged. */
  write(): Promise<void>
}

/** What of a package's versions there was to read, with the integrity of their tarballs. */
export type Published = Map<string, string>

/**
 * @param user with a number, which no other writer of the package has
 * @param random in [0, 1)
 */
export function createWriter(
  url: URL,
  { name, model, published }: { readonly name: string; readonly model: Model; readonly published: Published },
  user: number,
  random: () => number,
): Writer {
  const token = `anybody-${Buffer.from(`user${user}`).toString('base64url')}`
  const registry = createRegistryClient(url, token)
  const tags = [`published-${user}`, `moved-${user}`] as const
  const own: string[] = []
  let writes = 0
  let isStarred = false
  let movedTo = ''

  async function writing(changes: Readonly<Record<string, string>>, send: () => Promise<unknown>) {
    const acknowledge = model.write(changes)
    await send()
    acknowledge()
  }

  async function publish(): Promise<void> {
    const version = `${user}.0.${writes}`
    const bytes = makeTarball({ name, version, files: { 'index.js': `${random()}`.repeat(50) } })
    published.set(version, integrityOf(bytes))
    const document = publishDocument({ name, version, tag: tags[0], tarball: bytes })
    const changes = { [keyOf.version(version)]: 'fine', [keyOf.tag(tags[0])]: version }
    await writing(changes, async () => expectStatus(201, await registry.publish(document)))
    own.push(version)
  }

  async function moveTag(): Promise<void> {
    const version = own.at(-1) ?? ''
    movedTo = version
    await writing({ [keyOf.tag(tags[1])]: version }, () =>
      put(`/-/package/${name.replace('/', '%2f')}/dist-tags/${tags[1]}`, version),
    )
  }

  async function deprecate(): Promise<void> {
    const version = own[Math.floor(random() * own.length)] ?? ''
    const message = `for the ${writes}th time`
    const changes = { [keyOf.version(version)]: `deprecated: ${message}` }
    await writing(changes, () => untilNobodyComesFirst(() => registry.deprecate(name, version, message)))
  }

  async function star(): Promise<void> {
    isStarred = !isStarred
    const users = isStarred ? { [`user${user}`]: true } : {}
    await writing({ [keyOf.star(`user${user}`)]: isStarred ? 'starred' : '' }, () =>
      put(`/${name.replace('/', '%2f')}`, { _id: name, users }),
    )
  }

  /** The oldest; the tag that was moved goes with its version. */
  async function unpublish(): Promise<void> {
    const version = own.shift() ?? ''
    const tag = movedTo === version ? { [keyOf.tag(tags[1])]: '' } : {}
    await writing({ [keyOf.version(version)]: 'unpublished', ...tag }, () =>
      untilNobodyComesFirst(() => registry.unpublish(name, version)),
    )
  }

  async function put(path: string, body: unknown): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const response = await registry.request(path, { method: 'PUT', headers, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    await response.arrayBuffer()
  }

  return {
    tags,
    async write() {
      writes += 1
      const others = [publish, moveTag, moveTag, deprecate, star, ...(own.length > 3 ? [unpublish] : [])]
      const chosen = own.length < 3 ? publish : others[Math.floor(random() * others.length)]
      await chosen?.()
    },
  }
}

const MAX_ATTEMPTS = 50

/** npm sends back the document that it read, and asks people to try again when it is no longer the present one. */
async function untilNobodyComesFirst(send: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send()
    } catch (error) {
      const isConflict = error instanceof Error && error.message.startsWith('409 ')
      if (!isConflict || attempt === MAX_ATTEMPTS) throw error
    }
  }
}

function expectStatus(expected: number, status: number): void {
  if (status !== expected) throw new Error(`a publish was answered ${status}`)
}
