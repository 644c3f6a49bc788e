import { createHash } from 'node:crypto'
import type { Measured } from '../model/integrity.ts'
import { type PackageName, parsePackageName } from '../model/package-name.ts'
import type { HeadDraft, PublishedVersion, Tombstone } from '../model/packument.ts'
import { receivedTarball } from '../model/received-tarball.ts'
import { type TarballKey, tarballKey } from '../model/tarball-key.ts'

const SOME_TIME = '2024-01-01T00:00:00.000Z'

/** A head to commit, `latest` at 1.0.0. */
export function sampleHead(overrides: Partial<HeadDraft> = {}): HeadDraft {
  return {
    created: SOME_TIME,
    modified: SOME_TIME,
    distTags: { latest: '1.0.0' },
    maintainers: [{ name: 'alice' }],
    stars: [],
    ...overrides,
  }
}

/** A row of a version that can be installed; nothing stands behind its tarball. */
export function sampleVersion(
  name: PackageName,
  version: string,
  overrides: Partial<PublishedVersion> = {},
): PublishedVersion {
  const { key, measured } = sampleTarball(name, version)
  const abbreviated = JSON.stringify({ name, version })
  return {
    kind: 'published',
    version,
    manifest: JSON.stringify({ name, version, description: `${name} as published` }),
    abbreviated,
    published: SOME_TIME,
    publishedBy: 'alice',
    tarball: { key, ...measured, fileCount: 1, unpackedSize: 2 * measured.size },
    ...overrides,
  }
}

/** What stays of a version after it was unpublished. */
export function sampleTombstone(version: string): Tombstone {
  return { kind: 'tombstone', version, published: SOME_TIME, unpublished: '2024-01-02T00:00:00.000Z' }
}

/** Bytes to put, what was measured over them, and a key for them. */
export interface SampleTarball {
  readonly key: TarballKey
  readonly bytes: Uint8Array
  readonly measured: Measured
}

/** Bytes that look random, and are the same in every run for the same name, version and size. */
export function sampleTarball(name: string, version = '1.0.0', size = 1000): SampleTarball {
  const parsed = parsePackageName(name)
  const bytes = createHash('shake256', { outputLength: size }).update(`${name}@${version}`).digest()
  const { integrity, shasum } = receivedTarball(bytes)
  return {
    key: tarballKey(parsed, version, integrity, 'sample'),
    bytes,
    measured: { size, integrity, shasum },
  }
}
