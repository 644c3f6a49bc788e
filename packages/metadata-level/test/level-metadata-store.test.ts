import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parsePackageName } from '@nmr/core'
import { metadataStoreSuite, sampleHead, sampleVersion } from '@nmr/core/testing'
import { openLevelMetadataStore } from '@nmr/metadata-level'
import { ClassicLevel } from 'classic-level'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

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

  it('makes the folder and its parents', async () => {
    const store = await openLevelMetadataStore({ location: join(folder, 'not', 'there', 'yet') })
    await store.close()
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
})

function holdOpen(location: string) {
  const program = `new (require('classic-level').ClassicLevel)(process.argv[1]).open().then(() => {
    console.log('open')
    setInterval(() => {}, 1000)
  })`
  const stdio = ['ignore', 'pipe', 'inherit'] as const
  return spawn(process.execPath, ['-e', program, location], { cwd: import.meta.dirname, stdio: [...stdio] })
}
