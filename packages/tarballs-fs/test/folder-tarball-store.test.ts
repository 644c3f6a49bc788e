import fs from 'node:fs'
import promises, {
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { TarballKey, TarballStore } from '@nmr/core'
import { sampleTarball, tarballStoreSuite } from '@nmr/core/testing'
import { openFolderTarballStore } from '@nmr/tarballs-fs'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'

tarballStoreSuite({ describe, it }, 'folder', async () => {
  const root = await mkdtemp(join(tmpdir(), 'nmr-tarballs-'))
  return { open: () => openFolderTarballStore({ root }), dispose: () => rm(root, { recursive: true }) }
})

const HOUR = 60 * 60 * 1000

describe('a folder of tarballs', () => {
  const tarball = sampleTarball('@acme/widget')
  let folder: string
  let root: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nmr-tarballs-'))
    root = join(folder, 'not', 'there', 'yet')
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('makes the folder and its parents, and keeps a tarball where its key says', async () => {
    const store = await openFolderTarballStore({ root })
    await store.put(tarball.key, once(tarball.bytes), tarball.measured)
    expect(await allFiles(root)).toEqual([tarball.key])
  })

  it('leaves neither files nor folders of a tarball that was removed', async () => {
    const store = await openFolderTarballStore({ root })
    const sibling = sampleTarball('@acme/gadget')
    for (const { key, bytes, measured } of [tarball, sibling]) await store.put(key, once(bytes), measured)
    await store.remove(tarball.key)
    expect(await readdir(join(root, '@acme'))).toEqual(['gadget'])
    await store.remove(sibling.key)
    expect(await readdir(root)).toEqual(['.tmp'])
  })

  it.each([true, false])(
    'puts a tarball although its folder, while empty, is removed again and again, fresh: %s',
    async (fresh) => {
      const store = await openFolderTarballStore({ root })
      const sibling = sampleTarball('@acme/widget', '2.0.0')
      let isDone = false
      const removing = (async () => {
        while (!isDone) await Promise.all(Array.from({ length: 4 }, () => store.remove(sibling.key)))
      })()
      for (let round = 0; round < 50; round++) {
        await store.put(tarball.key, once(tarball.bytes), tarball.measured, { fresh })
        expect(await allFiles(root)).toEqual([tarball.key])
        await store.remove(tarball.key)
      }
      isDone = true
      await removing
    },
  )

  it.each([true, false])(
    'leaves neither files nor folders of a put that failed, fresh: %s',
    async (fresh) => {
      const store = await openFolderTarballStore({ root })
      const put = store.put(tarball.key, once(Buffer.from('other')), tarball.measured, { fresh })
      await expect(put).rejects.toThrow()
      expect(await readdir(root, { recursive: true })).toEqual(['.tmp'])
    },
  )

  it('leaves no folders of a put whose file was taken away', async () => {
    const store = await openFolderTarballStore({ root })
    async function* body() {
      yield tarball.bytes
      await store.discardUnfinished(new Date(Date.now() + HOUR))
    }
    const put = store.put(tarball.key, body(), tarball.measured)
    await expect(put).rejects.toThrow('ENOENT')
    expect(await readdir(root, { recursive: true })).toEqual(['.tmp'])
  })

  it('does not acknowledge a put whose folder was taken away, with all that was in it', async () => {
    const store = await openFolderTarballStore({ root })
    async function* body() {
      yield tarball.bytes
      await rm(join(root, '@acme'), { recursive: true })
    }
    const put = store.put(tarball.key, body(), tarball.measured, { fresh: true })
    await expect(put).rejects.toThrow('ENOENT')
  })

  it.each([
    ['a small file', 1000, 1],
    ['the name of a small file', 1000, 2],
    ['a large file', 2 * 1024 * 1024, 1],
    ['the name of a large file', 2 * 1024 * 1024, 2],
  ])(
    'leaves nothing of a key that nobody knows when the disk could not take %s',
    async (_, size, failing) => {
      const store = await openFolderTarballStore({ root })
      const { key, bytes, measured } = sampleTarball('@acme/widget', '1.0.0', size)
      const { fsync } = fs
      let syncs = 0
      const spy = vi.spyOn(fs, 'fsync').mockImplementation((fd, done) => {
        syncs += 1
        if (syncs === failing) done(new Error('no room'))
        else fsync(fd, done)
      })
      useUntilTestEnds(spy)
      await expect(store.put(key, once(bytes), measured, { fresh: true })).rejects.toThrow('no room')
      expect(await readdir(root, { recursive: true })).toEqual(['.tmp'])
    },
  )

  it('says that the disk is full when it has no room for a folder, and leaves none above', async () => {
    const store = await openFolderTarballStore({ root })
    const { mkdir } = promises
    const spy = vi.spyOn(promises, 'mkdir').mockImplementation(async (path, options) => {
      const code = Object(options).recursive === true ? 'ENOENT, as Node says then' : 'ENOSPC'
      if (fs.existsSync(join(root, '@acme'))) throw Object.assign(new Error(code), { code })
      return mkdir(path, options)
    })
    useUntilTestEnds(spy)
    const put = store.put(tarball.key, once(tarball.bytes), tarball.measured, { fresh: true })
    await expect(put).rejects.toMatchObject({ code: 'ENOSPC' })
    expect(await readdir(root, { recursive: true })).toEqual(['.tmp'])
  })

  it.each([true, false])(
    'leaves nothing of a file that fails when it is closed, which is done once, fresh: %s',
    async (fresh) => {
      const store = await openFolderTarballStore({ root })
      failNextClose('no room')
      const put = store.put(tarball.key, once(tarball.bytes), tarball.measured, { fresh })
      await expect(put).rejects.toThrow('no room')
      expect(await readdir(root, { recursive: true })).toEqual(['.tmp'])
    },
  )

  it.each([true, false])(
    'says what is wrong with a tarball, also where its file fails when it is closed, fresh: %s',
    async (fresh) => {
      const store = await openFolderTarballStore({ root })
      failNextClose('no room')
      const put = store.put(tarball.key, once(Buffer.from('other')), tarball.measured, { fresh })
      await expect(put).rejects.toMatchObject({ code: 'invalid_tarball' })
      expect(await readdir(root, { recursive: true })).toEqual(['.tmp'])
    },
  )

  it('says what is wrong with a tarball, also where its folder cannot be removed', async () => {
    const store = await openFolderTarballStore({ root })
    await writeFile(join(root, '@acme'), 'in the way')
    const put = store.put(tarball.key, once(Buffer.from('other')), tarball.measured)
    await expect(put).rejects.toMatchObject({ code: 'invalid_tarball' })
  })

  describe('acknowledges a put when the disk has', () => {
    const inFolder = (...paths: string[]) => paths.map((path) => fs.statSync(join(root, path)).ino)
    const putSample = async (store: TarballStore, ...sample: Parameters<typeof sampleTarball>) => {
      const { key, bytes, measured } = sampleTarball(...sample)
      const syncs = await watchSyncs(() => store.put(key, once(bytes), measured))
      return { key, synced: syncs.map(({ inode }) => inode) }
    }

    it('the file and every folder above it', async () => {
      const store = await openFolderTarballStore({ root })
      const { key, synced } = await putSample(store, '@acme/widget')
      expect(new Set(synced)).toEqual(new Set(inFolder(key, '@acme/widget', '@acme', '')))
    })

    it('the file, and its name only after the file', async () => {
      const store = await openFolderTarballStore({ root })
      const path = join(root, tarball.key)
      const syncs = await watchSyncs(
        () => store.put(tarball.key, once(tarball.bytes), tarball.measured),
        () => fs.existsSync(path),
      )
      const [file, ...folders] = inFolder(tarball.key, '@acme/widget', '@acme', '')
      expect(syncs[0]).toEqual({ inode: file, before: false })
      for (const inode of folders) expect(syncs).toContainEqual({ inode, before: true })
    })

    it('the file and its name, of a key that nobody knows in whatever order', async () => {
      const store = await openFolderTarballStore({ root })
      const { key, bytes, measured } = tarball
      const syncs = await watchSyncs(() => store.put(key, once(bytes), measured, { fresh: true }))
      const synced = syncs.map(({ inode }) => inode)
      expect(new Set(synced)).toEqual(new Set(inFolder(key, '@acme/widget', '@acme', '')))
    })

    it('the file, and its name only after the file, of a large one whoever knows its key', async () => {
      const store = await openFolderTarballStore({ root })
      const large = sampleTarball('@acme/widget', '1.0.0', 2 * 1024 * 1024)
      const [first] = await watchSyncs(
        () => store.put(large.key, once(large.bytes), large.measured, { fresh: true }),
        () => fs.existsSync(join(root, large.key)),
      )
      expect(first).toEqual({ inode: inFolder(large.key)[0], before: false })
    })

    it('only what is new, where it has the folders above', async () => {
      const store = await openFolderTarballStore({ root })
      await putSample(store, '@acme/widget', '1.0.0')
      // What was made a moment ago is not trusted yet: another like it could be made at the same moment.
      for (const folderPath of ['@acme', '@acme/widget']) await grownUp(join(root, folderPath))
      await putSample(store, '@acme/widget', '1.1.0')
      const version = await putSample(store, '@acme/widget', '2.0.0')
      expect(version.synced).toEqual(inFolder(version.key, '@acme/widget'))
      const sibling = await putSample(store, '@acme/gadget')
      expect(new Set(sibling.synced)).toEqual(new Set(inFolder(sibling.key, '@acme/gadget', '@acme')))
    })

    it('folders as young that the next one at their path could have the same birth', async () => {
      fs.mkdirSync(join(root, '@acme/widget'), { recursive: true })
      const { birthtimeMs } = fs.statSync(join(root, '@acme/widget'))
      const now = vi.spyOn(Date, 'now').mockReturnValue(birthtimeMs + 1)
      const store = await openFolderTarballStore({ root })
      await putSample(store, '@acme/widget', '1.0.0')
      const { synced } = await putSample(store, '@acme/widget', '2.0.0')
      now.mockRestore()
      expect(synced).toEqual(expect.arrayContaining(inFolder('@acme/widget', '@acme')))
    })

    it('folders that were there before it opened: another process may have made them just now', async () => {
      await putSample(await openFolderTarballStore({ root }), '@acme/widget', '1.0.0')
      const { synced } = await putSample(await openFolderTarballStore({ root }), '@acme/widget', '2.0.0')
      expect(synced).toEqual(expect.arrayContaining(inFolder('@acme/widget', '@acme', '')))
    })

    it('folders that it removed and made again', async () => {
      const store = await openFolderTarballStore({ root })
      const { key } = await putSample(store, '@acme/widget')
      await store.remove(key)
      const { synced } = await putSample(store, '@acme/widget')
      expect(synced).toEqual(expect.arrayContaining(inFolder('@acme/widget', '@acme', '')))
    })

    it('a folder that another process removed and made again', async () => {
      const store = await openFolderTarballStore({ root })
      const folderPath = join(root, '@acme/widget')
      const { key } = await putSample(store, '@acme/widget', '1.0.0')
      await grownUp(folderPath)
      await putSample(store, '@acme/widget', '1.0.0')
      fs.rmSync(join(root, key))
      fs.rmdirSync(folderPath)
      fs.mkdirSync(folderPath)
      const { synced } = await putSample(store, '@acme/widget', '2.0.0')
      expect(synced).toEqual(expect.arrayContaining(inFolder('@acme/widget', '@acme')))
    })
  })

  it('writes as it reads, and holds no more than a chunk or two', async () => {
    const store = await openFolderTarballStore({ root })
    const large = sampleTarball('@acme/widget', '1.0.0', 8 * 1024 * 1024)
    const chunk = 1024 * 1024
    async function* body() {
      for (let sent = 0; sent < large.bytes.length; sent += chunk) {
        const sizes = (await allFiles(root)).map(async (path) => (await stat(join(root, path))).size)
        expect(await Promise.all(sizes)).toEqual([sent])
        yield large.bytes.subarray(sent, sent + chunk)
      }
    }
    await store.put(large.key, body(), large.measured)
  })

  it('forgets at the next start what was being put a day before, and nothing younger', async () => {
    await openFolderTarballStore({ root })
    await writeFile(join(root, '.tmp', 'left-behind'), 'half a tarball')
    const openIn = (hours: number) =>
      openFolderTarballStore({ root, clock: () => new Date(Date.now() + hours * HOUR) })
    const store = await openIn(23)
    expect(await allFiles(root)).toEqual(['.tmp/left-behind'])
    for await (const { key } of store.keys()) expect.fail(`${key} is listed`)
    await openIn(25)
    expect(await allFiles(root)).toEqual([])
  })

  it.each([
    '../widget/1.0.0.tgz',
    '../../../etc/1.0.0.tgz',
    '@acme/../1.0.0.tgz',
    '@acme/widget/../1.0.0.tgz',
    '@acme/widget/1.0.0/../../../../1.0.0.tgz',
    '/etc/1.0.0.tgz',
    '.tmp/1.0.0.tgz',
    '@acme/.hidden/1.0.0.tgz',
    '@acme/widget/deeper/1.0.0.tgz',
    'widget\\..\\1.0.0.tgz',
    'widget\u0000/1.0.0.tgz',
    'widget/1.0.0.tgz\u0000',
    'widget/1.0.0.tgz\n',
    'widget/%2e%2e.tgz',
    'widget/passwd',
    'widget',
    '',
  ])('makes no path of %j, which is no key', async (text) => {
    const store = await openFolderTarballStore({ root })
    const key = text as TarballKey
    const refusal = /is not a tarball's key/
    await expect(store.put(key, once(tarball.bytes), tarball.measured)).rejects.toThrow(refusal)
    await expect(store.open(key)).rejects.toThrow(refusal)
    await expect(store.open(key, { file: true })).rejects.toThrow(refusal)
    await expect(store.remove(key)).rejects.toThrow(refusal)
    expect(await allFiles(folder)).toEqual([])
  })

  it('says where the file of a tarball is, for whoever can read it there', async () => {
    const store = await openFolderTarballStore({ root })
    await store.put(tarball.key, once(tarball.bytes), tarball.measured)
    const opened = await store.open(tarball.key, { file: true })
    if (opened?.kind !== 'file') return expect.fail('it is not told')
    expect(opened.size).toBe(tarball.bytes.length)
    expect((await readFile(join(root, opened.path))).equals(tarball.bytes)).toBe(true)
  })

  it('lists tarballs only: no other file, and nothing that a link leads to', async () => {
    const store = await openFolderTarballStore({ root })
    const outside = join(folder, 'outside', 'widget')
    await mkdir(outside, { recursive: true })
    await writeFile(join(outside, '1.0.0-secret.tgz'), 'of somebody else')
    await symlink(join(folder, 'outside'), join(root, '@linked'))
    await mkdir(join(root, 'widget'))
    await symlink(join(outside, '1.0.0-secret.tgz'), join(root, 'widget', '1.0.0-linked.tgz'))
    await link(join(outside, '1.0.0-secret.tgz'), join(root, 'lost.tgz'))
    await writeFile(join(root, 'widget', 'README'), '')
    for await (const { key } of store.keys()) expect.fail(`${key} is listed`)
  })

  it('fails rather than end early when a file is shorter than it was or has to be', async () => {
    const store = await openFolderTarballStore({ root })
    const large = sampleTarball('@acme/widget', '1.0.0', 3 * 1024 * 1024)
    await store.put(large.key, once(large.bytes), large.measured)
    const opened = await store.open(large.key)
    if (opened?.kind !== 'stream') return expect.fail('a file is streamed')
    await truncate(join(root, large.key), 1000)
    await expect(buffer(opened.body)).rejects.toThrow(/bytes early/)
    await expect(store.open(large.key, { range: { start: 0, end: 1000 } })).rejects.toThrow(RangeError)
  })
})

/** Waits until a folder was made longer ago than clocks take to go on. */
async function grownUp(path: string): Promise<void> {
  const { birthtimeMs } = fs.statSync(path)
  await vi.waitUntil(() => Date.now() - birthtimeMs > 50, { interval: 5 })
}

async function* once(bytes: Uint8Array) {
  yield bytes
}

/** Paths from `folder` of everything under it that is no folder. */
async function allFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}

/** The next file is closed, and that fails all the same, as the system may do. */
function failNextClose(message: string): void {
  const { closeSync } = fs
  const spy = vi.spyOn(fs, 'closeSync').mockImplementationOnce((fd) => {
    closeSync(fd)
    throw new Error(message)
  })
  useUntilTestEnds(spy)
}

/** What was put in a function's place in `fs` is what the store calls. */
function useUntilTestEnds(spy: { mockRestore(): void }): void {
  syncBuiltinESMExports()
  onTestFinished(() => {
    spy.mockRestore()
    syncBuiltinESMExports()
  })
}

/** The inodes that were synced while `work` ran, in the order they were done, and what `look` saw before each. */
async function watchSyncs(work: () => Promise<unknown>, look?: () => boolean) {
  const syncs: { inode: number; before: boolean | undefined }[] = []
  const { fsync } = fs
  const spy = vi.spyOn(fs, 'fsync').mockImplementation((fd, done) => {
    const before = look?.()
    fsync(fd, (error) => {
      if (error === null) syncs.push({ inode: fs.fstatSync(fd).ino, before })
      done(error)
    })
  })
  syncBuiltinESMExports()
  await work().finally(() => {
    spy.mockRestore()
    syncBuiltinESMExports()
  })
  return syncs
}
