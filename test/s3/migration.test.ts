import { migrateTarballs } from '@nmr/core'
import { createMemoryTarballStore, type MemoryTarballs, sampleTarball } from '@nmr/core/testing'
import { openS3TarballStore } from '@nmr/tarballs-s3'
import { expect, it } from 'vitest'
import { makeBucket } from './support/bucket.ts'

it('tarballs migrate into S3 and back, byte for byte, and are not copied twice', async () => {
  const bucket = await makeBucket()
  const s3 = await openS3TarballStore({ ...bucket.options, prefix: 'npm/' })
  const before: MemoryTarballs = new Map()
  const after: MemoryTarballs = new Map()
  for (const [version, size] of [
    ['1.0.0', 1],
    ['1.0.1', 100_000],
    ['1.0.2', 9_000_000],
  ] as const) {
    const { key, bytes } = sampleTarball('@acme/widget', version, size)
    before.set(key, { bytes, modified: new Date() })
  }
  const local = createMemoryTarballStore({ tarballs: before })
  expect(await migrateTarballs({ from: local, to: s3 })).toMatchObject({
    copied: 3,
    present: 0,
    problems: [],
  })
  expect(await migrateTarballs({ from: local, to: s3, verify: true })).toMatchObject({
    copied: 0,
    present: 3,
  })
  const restored = createMemoryTarballStore({ tarballs: after })
  expect(await migrateTarballs({ from: s3, to: restored })).toMatchObject({ copied: 3, problems: [] })
  for (const [key, { bytes }] of before)
    expect(Buffer.from(bytes).equals(after.get(key)?.bytes ?? Buffer.of()), key).toBe(true)
  await s3.close()
  await bucket.dispose()
})
