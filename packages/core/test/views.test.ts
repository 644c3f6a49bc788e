import { createHash } from 'node:crypto'
import { createRegistry, type Head, type MetadataStore } from '@nmr/core'
import { countingSlabs, createMemoryMetadataStore, createMemoryTarballStore } from '@nmr/core/testing'
import { describe, expect, it } from 'vitest'
import { createViews, type ViewRequest } from '../src/views/views.ts'
import { asName, submission } from './support.ts'

const request: ViewRequest = { document: 'packument', encoding: 'identity', base: 'http://registry.test' }

/** Packages that were published, and the store that has them. */
async function createPackages(...names: string[]): Promise<{ metadata: MetadataStore; heads: Head[] }> {
  const metadata = createMemoryMetadataStore()
  const registry = createRegistry({
    metadata,
    tarballs: createMemoryTarballStore(),
    authorizer: {
      authenticate: async () => undefined,
      login: async () => undefined,
      decide: async () => ({ outcome: 'granted', reason: '' }),
      explain: () => Promise.reject(new Error('nobody asks')),
      close: async () => {},
    },
    clock: () => new Date('2024-01-01T00:00:00.000Z'),
    makeId: () => 'id000001',
  })
  for (const name of names) await registry.publish(undefined, submission({ name }))
  const heads = await Promise.all(names.map((name) => metadata.head(asName(name))))
  return { metadata, heads: heads.filter((head) => head !== undefined) }
}

const gzip: ViewRequest = { ...request, encoding: 'gzip' }

/** A store that tells how many packages were read. */
function countingReads(metadata: MetadataStore): { counted: MetadataStore; reads: () => number } {
  let count = 0
  const read: MetadataStore['read'] = (name, work) => {
    count += 1
    return metadata.read(name, work)
  }
  return { counted: { ...metadata, read }, reads: () => count }
}

/** Changes a package, by a readme that compresses badly. */
async function addReadme(metadata: MetadataStore, head: Head, length: number): Promise<void> {
  const { name, revision, ...draft } = head
  let readme = ''
  for (let n = 0; readme.length < length; n++) readme += createHash('sha256').update(`${n}`).digest('base64')
  await metadata.commit({
    name,
    expected: revision,
    head: { ...draft, modified: '2024-02-02T00:00:00.000Z' },
    readme,
  })
}

describe('views', () => {
  it('are all rendered, also when they have no room together', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `@acme/x${index}`)
    const { metadata, heads } = await createPackages(...names)
    const views = createViews(metadata, 3000)
    const texts = await Promise.all(
      heads.map(async (head) => String(Buffer.from((await views.get(head, request)).bytes))),
    )
    expect(texts.map((text) => JSON.parse(text).name)).toEqual(names)
  })

  it('are rendered once, however many ask at once, and not again', async () => {
    const { metadata, heads } = await createPackages('@acme/x')
    const { counted, reads } = countingReads(metadata)
    const views = createViews(counted, 1e6)
    const [head] = heads as [Head]
    const all = await Promise.all(Array.from({ length: 10 }, () => views.get(head, request)))
    const again = await views.get(head, request)
    expect(new Set([...all, again].map(({ bytes }) => String(Buffer.from(bytes)))).size).toBe(1)
    expect(reads()).toBe(1)
  })

  it.each([
    ['identity', 0],
    ['gzip', 0],
    ['gzip', 100_000],
  ] as const)('are kept from the second time on, as they were: %s, %i more bytes', async (encoding, more) => {
    const { metadata, heads } = await createPackages('@acme/x')
    const [head] = heads as [Head]
    if (more > 0) await addReadme(metadata, head, more)
    const present = (await metadata.head(head.name)) as Head
    const { counted, reads } = countingReads(metadata)
    const views = createViews(counted, 1e6)
    const [first, second] = [
      await views.get(present, { ...request, encoding }),
      await views.get(present, { ...request, encoding }),
    ]
    const before = reads()
    const third = await views.get(present, { ...request, encoding })
    expect(reads()).toBe(before)
    expect(new Uint8Array(third.bytes)).toEqual(new Uint8Array(first.bytes))
    expect(third.etag).toBe(second.etag)
  })

  it('leave no room taken when each is asked for once', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `@acme/x${index}`)
    const { metadata, heads } = await createPackages('@acme/in-use', ...names)
    const { counted, reads } = countingReads(metadata)
    const views = createViews(counted, 20_000)
    const [inUse, ...others] = heads as [Head, ...Head[]]
    for (const head of [inUse, inUse, ...others]) await views.get(head, gzip)
    const before = reads()
    await views.get(inUse, gzip)
    expect(reads()).toBe(before)
  })

  it('that are in use are kept from the first time on after a change', async () => {
    const { metadata, heads } = await createPackages('@acme/x')
    const { counted, reads } = countingReads(metadata)
    const views = createViews(counted, 1e6)
    const [head] = heads as [Head]
    for (const each of [head, head]) await views.get(each, gzip)
    await addReadme(metadata, head, 10)
    const changed = (await metadata.head(head.name)) as Head
    const first = await views.get(changed, gzip)
    const before = reads()
    expect((await views.get(changed, gzip)).etag).toBe(first.etag)
    expect(reads()).toBe(before)
  })

  it('of two addresses are two, though the beginnings of their digests are one', async () => {
    const { metadata, heads } = await createPackages('@acme/x')
    const views = createViews(metadata, 1e6)
    const [head] = heads as [Head]
    // The SHA-256 of these two begins with the same eight digits.
    const bases = ['http://h9626.test', 'http://h96484.test']
    const [one, other] = await Promise.all(bases.map((base) => views.get(head, { ...request, base })))
    expect(one?.etag).not.toBe(other?.etag)
    expect(String(Buffer.from(other?.bytes ?? []))).toContain('http://h96484.test/@acme/x/-/')
  })

  it.each(['identity', 'gzip'] as const)('keep no memory but their own: %s', async (encoding) => {
    const { metadata, heads } = await createPackages('@acme/x')
    const [head] = heads as [Head]
    const { bytes } = await createViews(metadata, 1e6).get(head, { ...request, encoding })
    expect(bytes.buffer.byteLength).toBe(bytes.length)
  })

  it('are counted with what keeping them takes, so that many small ones have no room either', async () => {
    const { metadata, heads } = await createPackages('@acme/x')
    const [head] = heads as [Head]
    const version = { ...request, document: { version: '1.0.0' } }
    const { counted, reads } = countingReads(metadata)
    const views = createViews(counted, 100_000)
    const twice = async (base: string) => {
      await views.get(head, { ...version, base })
      return views.get(head, { ...version, base })
    }
    const first = await twice('http://registry.test')
    expect(first.bytes.length).toBeLessThan(1000)
    for (let n = 0; n < 100; n++) await twice(`http://h${n}.test`)
    const before = reads()
    await views.get(head, { ...version, base: 'http://registry.test' })
    expect(reads()).toBe(before + 1)
  })

  it('give back what they are kept in, when others take their place, they change, or there is no room', async () => {
    const { metadata, heads } = await createPackages('@acme/x')
    const [head] = heads as [Head]
    const { slabs, held } = countingSlabs()
    const views = createViews(metadata, 100_000, slabs)
    for (let n = 0; n < 200; n++) await views.get(head, { ...gzip, base: `http://h${n % 100}.test` })
    for (let n = 0; n < 200; n++) await views.get(head, { ...gzip, base: `http://i${n >> 1}.test` })
    expect(held.size).toBeGreaterThan(5)
    expect(held.size).toBeLessThan(50)

    const before = held.size
    await addReadme(metadata, head, 100)
    const changed = (await metadata.head(head.name)) as Head
    await views.get(changed, { ...gzip, base: 'http://i99.test' })
    expect(held.size).toBe(before)

    const none = createViews(metadata, 1000, slabs)
    for (let n = 0; n < 2; n++) await none.get(changed, gzip)
    expect(held.size).toBe(before)
  })

  it('have the ETag of the revision that they show, when the package changes while they are rendered', async () => {
    const { metadata, heads } = await createPackages('@acme/x')
    const [head] = heads as [Head]
    let changed = false
    const changing: MetadataStore = {
      ...metadata,
      async read(name, work) {
        const row = await metadata.version(name, '1.0.0')
        if (!changed && row?.kind === 'published') {
          changed = true
          const { name: _, revision, ...draft } = head
          const put = [{ ...row, deprecated: 'old' }]
          await metadata.commit({ name, expected: revision, head: draft, put })
        }
        return metadata.read(name, work)
      },
    }
    const views = createViews(changing, 1e6)
    const version = { ...request, document: { version: '1.0.0' } }
    const view = await views.get(head, version)
    const present = await metadata.head(head.name)
    expect(view.etag).toBe(views.etag(present as Head, version))
    expect(JSON.parse(String(Buffer.from(view.bytes)))).toMatchObject({ deprecated: 'old' })
  })
})
