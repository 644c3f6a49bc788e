import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { embed } from '../examples/embed.ts'
import { makeTarball } from './support/publish-document.ts'

it('publishes to and reads from a registry in this process', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nmr-embed-'))
  try {
    const manifest = { name: '@acme/tool', version: '1.2.3' }
    const tarball = makeTarball(manifest)
    expect(await embed(folder, manifest, tarball)).toEqual({ version: '1.2.3', bytes: Buffer.from(tarball) })
  } finally {
    await rm(folder, { recursive: true })
  }
})
