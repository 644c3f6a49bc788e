import {
  type MetadataStore,
  type MigrationProgress,
  migrateTarballs,
  parsePackageName,
  RegistryError,
  type TarballStore,
  type VersionRow,
} from '@nmr/core'
import {
  createMemoryMetadataStore,
  createMemoryTarballStore,
  type MemoryTarballs,
  sampleHead,
  sampleTarball,
  sampleTombstone,
  sampleVersion,
} from '@nmr/core/testing'
import { describe, expect, it } from 'vitest'

const widget = parsePackageName('@acme/widget')
const gadget = parsePackageName('gadget')
const all = [
  sampleTarball(widget, '1.0.0'),
  sampleTarball(widget, '1.1.0'),
  sampleTarball(gadget, '1.0.0'),
] as const
const [first, second, gadgetTarball] = all

describe('migrating tarballs', () => {
  it('copies the tarballs of all published versions, and nothing else', async () => {
    const { metadata, from, to, source, target } = await createScene()
    const garbage = sampleTarball(widget, '9.0.0')
    source.set(garbage.key, { bytes: garbage.bytes, modified: new Date() })
    const end = await migrateTarballs({ metadata, from, to })
    expect(contents(target)).toEqual(contents(source, garbage.key))
    expect(end).toEqual({ done: 3, total: 3, copied: 3, copiedBytes: 3000, present: 0, problems: [] })
  })

  it('goes on where it was stopped', async () => {
    const { metadata, from, to, source, target } = await createScene()
    const failing: TarballStore = {
      ...to,
      put: (key, ...rest) =>
        key === second.key
          ? Promise.reject(new RegistryError('unavailable', 'try again'))
          : to.put(key, ...rest),
    }
    await expect(migrateTarballs({ metadata, from, to: failing, concurrency: 1 })).rejects.toMatchObject({
      code: 'unavailable',
    })
    expect([...target.keys()]).toEqual([first.key])
    expect(await migrateTarballs({ metadata, from, to })).toMatchObject({
      copied: 2,
      present: 1,
      problems: [],
    })
    expect(contents(target)).toEqual(contents(source))
  })

  it('copies what was published since it was called before', async () => {
    const { metadata, from, to } = await createScene()
    await migrateTarballs({ metadata, from, to })
    const third = sampleTarball(widget, '2.0.0')
    await from.put(third.key, chunks(third.bytes), third.measured)
    await commit(metadata, widget, [sampleVersion(widget, '2.0.0')])
    expect(await migrateTarballs({ metadata, from, to })).toMatchObject({ copied: 1, present: 3 })
  })

  it('finishes what others have begun before it fails', async () => {
    const { metadata, from, to, target } = await createScene()
    const failing: TarballStore = {
      ...to,
      async put(key, ...rest) {
        if (key === first.key) throw new RegistryError('unavailable', 'try again')
        await new Promise<void>((resolve) => setImmediate(resolve))
        await to.put(key, ...rest)
      },
    }
    await expect(migrateTarballs({ metadata, from, to: failing })).rejects.toThrow('try again')
    expect(target.has(second.key)).toBe(true)
  })

  it('names the tarballs that the source does not have, or has with other bytes, and copies the others', async () => {
    const { metadata, from, to, source, target } = await createScene()
    source.delete(first.key)
    source.set(second.key, { bytes: Buffer.alloc(1000), modified: new Date() })
    const { copied, problems } = await migrateTarballs({ metadata, from, to })
    expect(copied).toBe(1)
    expect([...target.keys()]).toEqual([gadgetTarball.key])
    expect([...problems].sort()).toEqual([
      `${first.key}: it is not there`,
      expect.stringMatching(`^${second.key}: the tarball that was to be stored has the integrity sha512-`),
    ])
  })

  it('takes no notice of a version that is unpublished under its hands', async () => {
    const { metadata, from, to } = await createScene()
    const vanishing: TarballStore = {
      ...from,
      async open(key) {
        if (key !== first.key) return from.open(key)
        await commit(metadata, widget, [sampleTombstone('1.0.0')])
        return undefined
      },
    }
    expect(await migrateTarballs({ metadata, from: vanishing, to })).toMatchObject({
      copied: 2,
      problems: [],
    })
  })

  it('replaces a tarball at the target that has other bytes, when it is told to verify', async () => {
    const { metadata, from, to, source, target } = await createScene()
    await migrateTarballs({ metadata, from, to })
    target.set(first.key, { bytes: Buffer.alloc(1000), modified: new Date() })
    target.set(second.key, { bytes: second.bytes.subarray(1), modified: new Date() })
    expect(await migrateTarballs({ metadata, from, to })).toMatchObject({ copied: 0, present: 3 })
    expect(await migrateTarballs({ metadata, from, to, verify: true })).toMatchObject({
      copied: 2,
      present: 1,
    })
    expect(contents(target)).toEqual(contents(source))
  })

  it('tells before the first tarball and after each how far it has come', async () => {
    const { metadata, from, to } = await createScene()
    const told: MigrationProgress[] = []
    const onProgress = (progress: MigrationProgress) => told.push({ ...progress })
    await migrateTarballs({ metadata, from, to, onProgress })
    expect(told.map(({ done, total }) => [done, total])).toEqual([
      [0, 3],
      [1, 3],
      [2, 3],
      [3, 3],
    ])
  })

  it('copies so many at a time, and not more', async () => {
    const { metadata, from, to } = await createScene()
    let running = 0
    let most = 0
    const counting: TarballStore = {
      ...to,
      async put(...args) {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setImmediate(resolve))
        await to.put(...args)
        running -= 1
      },
    }
    await migrateTarballs({ metadata, from, to: counting, concurrency: 2 })
    expect(most).toBe(2)
  })

  it('asks for bytes, and does not work with a store that redirects all the same', async () => {
    const { metadata, from, to } = await createScene()
    const redirecting: TarballStore = {
      ...from,
      open: async () => ({ kind: 'redirect', url: 'https://example.com/' }),
    }
    await expect(migrateTarballs({ metadata, from: redirecting, to })).rejects.toThrow(
      'the store answers with a redirect though it was told not to',
    )
  })
})

describe('migrating tarballs without the metadata', () => {
  it('copies all that the source has', async () => {
    const { from, to, source, target } = await createScene()
    const end = await migrateTarballs({ from, to })
    expect(contents(target)).toEqual(contents(source))
    expect(end).toEqual({ done: 3, total: 3, copied: 3, copiedBytes: 3000, present: 0, problems: [] })
    expect(await migrateTarballs({ from, to })).toMatchObject({ copied: 0, present: 3 })
  })

  it('names those whose bytes are not what the digest in their name says', async () => {
    const { from, to, source, target } = await createScene()
    source.set(first.key, { bytes: Buffer.alloc(1000), modified: new Date() })
    const { copied, problems } = await migrateTarballs({ from, to })
    expect(copied).toBe(2)
    expect(target.has(first.key)).toBe(false)
    expect(problems).toEqual([
      expect.stringMatching(
        `^${first.key}: it has the integrity sha512-\\S+, which is not the key's: .+ a publish that is`,
      ),
    ])
  })

  it('takes no notice of a tarball that is removed under its hands', async () => {
    const { from, to, source } = await createScene()
    const vanishing: TarballStore = {
      ...from,
      async open(key) {
        if (key === first.key) source.delete(key)
        return from.open(key)
      },
    }
    expect(await migrateTarballs({ from: vanishing, to })).toMatchObject({ done: 3, copied: 2, problems: [] })
  })

  it('replaces a tarball at the target that has other bytes, when it is told to verify', async () => {
    const { from, to, source, target } = await createScene()
    await migrateTarballs({ from, to })
    target.set(first.key, { bytes: Buffer.alloc(1000), modified: new Date() })
    expect(await migrateTarballs({ from, to, verify: true })).toMatchObject({ copied: 1, present: 2 })
    expect(contents(target)).toEqual(contents(source))
  })
})

/** Two packages with three published versions and a tombstone, whose tarballs are in `from`, and an empty `to`. */
async function createScene() {
  const source: MemoryTarballs = new Map()
  const target: MemoryTarballs = new Map()
  const metadata = createMemoryMetadataStore()
  const from = createMemoryTarballStore({ tarballs: source })
  const to = createMemoryTarballStore({ tarballs: target })
  for (const { key, bytes, measured } of all) await from.put(key, chunks(bytes), measured)
  await commit(metadata, gadget, [sampleVersion(gadget, '1.0.0')])
  await commit(metadata, widget, [
    sampleVersion(widget, '1.0.0'),
    sampleVersion(widget, '1.1.0'),
    sampleTombstone('0.9.0'),
  ])
  return { metadata, from, to, source, target }
}

async function commit(
  metadata: MetadataStore,
  name: typeof widget,
  put: readonly VersionRow[],
): Promise<void> {
  const expected = (await metadata.head(name))?.revision ?? 'absent'
  await metadata.commit({ name, expected, head: sampleHead(), put })
}

function contents(tarballs: MemoryTarballs, except?: string): Record<string, string> {
  const entries = [...tarballs].filter(([key]) => key !== except).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, { bytes }]) => [key, Buffer.from(bytes).toString('base64')]))
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
