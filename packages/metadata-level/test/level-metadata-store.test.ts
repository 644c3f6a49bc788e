import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type FileHandle, mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parsePackageName, type Revision } from '@nmr/core'
import { metadataStoreSuite, sampleHead, sampleVersion } from '@nmr/core/testing'
import { openLevelMetadataStore } from '@nmr/metadata-level'
import { ClassicLevel } from 'classic-level'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'

metadataStoreSuite({ describe, it }, 'LevelDB', async () => {
  const location = await mkdtemp(join(tmpdir(), 'nmr-level-'))
  return {
    open: () => openLevelMetadataStore({ location }),
    dispose: () => rm(location, { recursive: true }),
  }
})

describe('a LevelDB metadata store', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nmr-level-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('makes the folder and its parents, and has the disk take the names of those that it made', async () => {
    const location = join(folder, 'not', 'there', 'yet')
    const synced = await watchSyncs()
    for (let time = 1; time <= 2; time++) await (await openLevelMetadataStore({ location })).close()
    const parents = [join(folder, 'not', 'there'), join(folder, 'not'), folder]
    expect(synced).toEqual(await Promise.all(parents.map(async (parent) => (await stat(parent)).ino)))
  })

  it('says in one line which folder another process has open', async () => {
    const location = join(folder, 'metadata')
    const holder = holdOpen(location)
    try {
      await once(holder.stdout, 'data')
      const error: Error = await openLevelMetadataStore({ location }).catch((thrown) => thrown)
      expect(error.message).toBe(`another process has the metadata folder ${location} open, and only one can`)
      expect(error.cause).toMatchObject({ code: 'LEVEL_LOCKED' })
    } finally {
      holder.kill('SIGKILL')
      await once(holder, 'exit')
    }
    await (await openLevelMetadataStore({ location })).close()
  })

  it('says in one line which folder cannot be opened', async () => {
    const location = join(folder, 'a-file')
    await writeFile(location, '')
    await expect(openLevelMetadataStore({ location })).rejects.toThrow(
      /^the metadata folder .*a-file cannot be opened: .+$/,
    )
  })

  it('makes no database where none may be made, and leaves the folder as it was', async () => {
    for (const location of [folder, join(folder, 'not', 'there')])
      await expect(openLevelMetadataStore({ location, create: false })).rejects.toThrow(
        `there is no database at ${location}; metadata.level.path must be the registry's`,
      )
    expect(await readdir(folder)).toEqual([])
    await (await openLevelMetadataStore({ location: folder })).close()
    await (await openLevelMetadataStore({ location: folder, create: false })).close()
  })

  it('acknowledges a commit when the disk has it, in one batch', async () => {
    const batch = vi.spyOn(ClassicLevel.prototype, 'batch')
    const store = await openLevelMetadataStore({ location: folder })
    const name = parsePackageName('@acme/widget')
    const put = [sampleVersion(name, '1.0.0'), sampleVersion(name, '1.0.1')]
    await store.commit({ name, expected: 'absent', head: sampleHead(), put, readme: 'read me' })
    expect(batch.mock.calls).toEqual([[Array(4).fill(expect.anything()), { sync: true }]])
    batch.mockRestore()
    await store.close()
  })

  describe('while the disk takes a commit', () => {
    const name = parsePackageName('@acme/widget')
    const others = ['a', 'b', 'c'].map((each) => parsePackageName(`@acme/${each}`))
    const change = { expected: 'absent', head: sampleHead() } as const

    it('gathers others into one batch, which leaves out those that are refused', async () => {
      const store = await openLevelMetadataStore({ location: folder })
      const { sizes, isHeld, letGo } = holdFirstBatch()
      const first = store.commit({ ...change, name })
      await isHeld
      const second = store.commit({ ...change, name, put: [sampleVersion(name, '1.0.0')] })
      const stale = store.commit({ ...change, name: parsePackageName('stale'), expected: '1-0' as Revision })
      const gathered = Promise.all(others.map((each) => store.commit({ ...change, name: each })))
      await expect(stale).rejects.toMatchObject({ code: 'revision_conflict' })
      letGo()
      await Promise.all([first, gathered])
      expect(sizes).toEqual([1, others.length])
      // It was held against what the first had made of the package.
      await expect(second).rejects.toMatchObject({ code: 'revision_conflict' })
      expect(await store.version(name, '1.0.0')).toBeUndefined()
      for (const each of others) expect(await store.head(each)).toBeDefined()
      await store.close()
    })

    it('fails all that it gathered when the disk fails, and all that come after until it is opened again', async () => {
      let store = await openLevelMetadataStore({ location: folder })
      const { isHeld, letGo, failNext } = holdFirstBatch()
      const first = store.commit({ ...change, name })
      await isHeld
      const gathered = Promise.allSettled(others.map((each) => store.commit({ ...change, name: each })))
      const cause = new Error('the disk is full')
      failNext(cause)
      letGo()
      await first
      for (const outcome of await gathered)
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unavailable', cause } })
      expect(await store.head(name)).toBeDefined()
      for (const each of others) {
        expect(await store.head(each)).toBeUndefined()
        const refused = { code: 'unavailable', message: expect.stringContaining('restart the registry') }
        await expect(store.commit({ ...change, name: each })).rejects.toMatchObject(refused)
      }
      await store.close()
      store = await openLevelMetadataStore({ location: folder })
      for (const each of others) await store.commit({ ...change, name: each })
      await store.close()
    })
  })

  it.each([63, 64, 65, 127, 128, 129, 2500])('reads all rows of a package that has %i', async (count) => {
    const store = await openLevelMetadataStore({ location: folder })
    const name = parsePackageName('@acme/widget')
    const put = Array.from({ length: count }, (_, n) => sampleVersion(name, `1.0.${n}`))
    await store.commit({ name, expected: 'absent', head: sampleHead(), put })
    const expected = put.map(({ version }) => version).sort()
    await store.read(name, async ({ outline, rows }) => {
      const versions: string[] = []
      for await (const { version } of outline()) versions.push(version)
      expect(versions.sort()).toEqual(expected)
      expect((await rows(versions)).map(({ version }) => version)).toEqual(expected)
    })
    await store.close()
  })
})

/** The inodes of what is synced from now on, other than by LevelDB. */
async function watchSyncs(): Promise<number[]> {
  const handle = await open(tmpdir(), 'r')
  const prototype: FileHandle = Object.getPrototypeOf(handle)
  await handle.close()
  const { sync } = prototype
  const synced: number[] = []
  const spy = vi.spyOn(prototype, 'sync').mockImplementation(async function (this: FileHandle) {
    await sync.call(this)
    synced.push((await this.stat()).ino)
  })
  onTestFinished(() => spy.mockRestore())
  return synced
}

/** Holds the first batch back until it is let go, has the one after it fail if wanted, and tells how large they are. */
function holdFirstBatch() {
  const sizes: number[] = []
  const [hold, held] = signal()
  const [letGo, mayGoOn] = signal()
  let failure: Error | undefined
  const batch: WriteBatch = ClassicLevel.prototype.batch
  const spy = vi.spyOn(ClassicLevel.prototype as unknown as { batch: WriteBatch }, 'batch')
  spy.mockImplementation(async function (this: ClassicLevel, operations, options) {
    sizes.push(operations.length)
    hold()
    if (sizes.length === 1) await mayGoOn
    if (sizes.length === 2 && failure !== undefined) throw failure
    await batch.call(this, operations, options)
  })
  onTestFinished(() => spy.mockRestore())
  return {
    sizes,
    isHeld: held,
    letGo,
    failNext(error: Error) {
      failure = error
    },
  }
}

type WriteBatch = (this: ClassicLevel, operations: BatchOperation[], options: object) => Promise<void>
type BatchOperation = { type: 'put'; key: string; value: string } | { type: 'del'; key: string }

function signal(): [give: () => void, given: Promise<void>] {
  let give = () => {}
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return [() => give(), given]
}

function holdOpen(location: string) {
  const program = `new (require('classic-level').ClassicLevel)(process.argv[1]).open().then(() => {
    console.log('open')
    setInterval(() => {}, 1000)
  })`
  const stdio = ['ignore', 'pipe', 'inherit'] as const
  return spawn(process.execPath, ['-e', program, location], { cwd: import.meta.dirname, stdio: [...stdio] })
}
