import { access, mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openLevelMetadataStore } from '@nmr/metadata-level'
import { beforeEach, describe, expect, it } from 'vitest'
import { collect } from '../src/commands/gc.ts'
import { migrate } from '../src/commands/migrate.ts'
import type { Config } from '../src/config.ts'
import { load, root } from './config/machine.ts'

let config: Config
let database: string
let tarball: string
beforeEach(async () => {
  database = join(root, 'db')
  const storage = join(root, 'storage')
  config = load({
    argv: [
      `--metadata.level.path=${database}`,
      `--storage.local.path=${storage}`,
      '--storage.s3.bucket=nowhere',
      '--storage.s3.region=nowhere',
    ],
  })
  tarball = join(storage, 'widget', '1.0.0-000000000000-made.tgz')
  await mkdir(join(storage, 'widget'), { recursive: true })
  await writeFile(tarball, 'a tarball')
  await utimes(tarball, 1, 1)
})

const missing = () => `there is no database at ${database}; metadata.level.path must be the registry's`

describe('nmr gc removes no tarball', () => {
  it('where there is no database, and makes none', async () => {
    await expect(collect(config, () => {})).rejects.toThrow(missing())
    await access(tarball)
    expect(await readdir(root)).not.toContain('db')
  })

  it('where the database has no package', async () => {
    await (await openLevelMetadataStore({ location: database })).close()
    await expect(collect(config, () => {})).rejects.toThrow('the metadata store has no package at all')
    await access(tarball)
  })
})

it('nmr gc says that it looks at nothing younger than a day', async () => {
  await (await openLevelMetadataStore({ location: database })).close()
  const now = new Date()
  await utimes(tarball, now, now)
  const said: string[] = []
  await collect(config, (text) => said.push(text))
  expect(said).toEqual([
    'older than a day, and removed: 0 tarballs that no version names, 0 unfinished uploads\n',
  ])
  await access(tarball)
})

describe('nmr migrate copies tarballs by their names only where the database is in use, and fails', () => {
  const toS3 = { from: 'local', to: 's3' }

  it('where there is no database', async () => {
    const shown: string[] = []
    await expect(migrate(config, toS3, { write: (text) => shown.push(text) })).rejects.toThrow(missing())
    expect(shown).toEqual([])
  })

  it('where the database cannot be opened', async () => {
    await mkdir(database)
    await writeFile(join(database, 'CURRENT'), 'nonsense')
    const shown: string[] = []
    await expect(migrate(config, toS3, { write: (text) => shown.push(text) })).rejects.toThrow(
      `the metadata folder ${database} cannot be opened`,
    )
    expect(shown).toEqual([])
  })
})
