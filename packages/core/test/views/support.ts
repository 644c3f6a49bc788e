import {
  type Caller,
  createRegistry,
  type MetadataStore,
  type PackageName,
  type PackumentRequest,
  type Registry,
} from '@nmr/core'
import {
  createIdMaker,
  createMemoryAuthorizer,
  createMemoryMetadataStore,
  createMemoryTarballStore,
  createSteppableClock,
  type MemoryPackages,
  type SteppableClock,
  sampleHead,
  sampleVersion,
} from '@nmr/core/testing'
import { expect } from 'vitest'
import { noise } from '../../../../test/support/noise.ts'
import { createViews, type View } from '../../src/views/views.ts'
import { asName, submission } from '../support.ts'

export const x = asName('@acme/x')

export type Request = Omit<PackumentRequest, 'name'>

/** All kinds of a packument that a client can ask for. */
export const requests: readonly Request[] = ['http://a.test', 'http://b.test'].flatMap((base) =>
  (['packument', 'abbreviated'] as const).flatMap((document) =>
    (['gzip', 'identity'] as const).map((encoding) => ({ document, encoding, base })),
  ),
)

/** Registries over one memory store, as processes over one database, and a look at what they read. */
export interface LargeSubject {
  readonly packages: MemoryPackages
  readonly metadata: MetadataStore
  readonly clock: SteppableClock
  readonly writer: Caller
  /** What the registries that were made here have read: how often a whole outline, and which rows. */
  readonly reads: { outlines: number; rows: string[] }
  createRegistry(wrap?: (metadata: MetadataStore) => MetadataStore): Registry
  /** Puts a package into the store, its versions published a second apart, the last a second ago. */
  fill(name: PackageName, versions: number): Promise<void>
}

export async function createLargeSubject(viewCacheSize?: number): Promise<LargeSubject> {
  const packages: MemoryPackages = new Map()
  const metadata = createMemoryMetadataStore(packages)
  const clock = createSteppableClock('2024-01-01T00:00:00.000Z')
  const authorizer = createMemoryAuthorizer({ wendy: { token: 'w', may: { '*': 'everything' } } })
  const makeId = createIdMaker()
  const reads: LargeSubject['reads'] = { outlines: 0, rows: [] }
  return {
    packages,
    metadata,
    clock,
    writer: await authorizer.authenticate({ kind: 'bearer', token: 'w' }),
    reads,
    createRegistry: (wrap = (store) => store) =>
      createRegistry(
        {
          metadata: wrap(counting(metadata, reads)),
          tarballs: createMemoryTarballStore({ clock }),
          authorizer,
          clock,
          makeId,
        },
        { allowPreviousVersion: true, ...(viewCacheSize !== undefined && { viewCacheSize }) },
      ),
    async fill(name, versions) {
      const now = clock().getTime()
      const put = Array.from({ length: versions }, (_, n) =>
        sampleVersion(name, `1.0.${n}`, {
          manifest: JSON.stringify({
            name,
            version: `1.0.${n}`,
            noise: noise(`${n}`, 600).toString('base64'),
          }),
          published: new Date(now - (versions - n) * 1000).toISOString(),
        }),
      )
      const distTags = { latest: `1.0.${versions - 1}` }
      await metadata.commit({ name, expected: 'absent', head: sampleHead({ distTags }), put })
    },
  }
}

function counting(metadata: MetadataStore, reads: LargeSubject['reads']): MetadataStore {
  return {
    ...metadata,
    read: (name, work) =>
      metadata.read(name, (reader) =>
        work({
          ...reader,
          outline() {
            reads.outlines++
            return reader.outline()
          },
          rows(versions) {
            reads.rows.push(...versions)
            return reader.rows(versions)
          },
        }),
      ),
  }
}

/** What is answered to somebody who asks now. */
export async function read(
  registry: Registry,
  caller: Caller,
  name: PackageName,
  request: Request,
): Promise<View> {
  const found = await registry.readPackument(caller, { name, ...request })
  if (found.kind !== 'document') throw new Error('it is elsewhere')
  return found.load()
}

/** What somebody would render who knows nothing of before. */
export async function renderAnew(
  metadata: MetadataStore,
  name: PackageName,
  request: Request,
): Promise<View> {
  const head = await metadata.head(name)
  if (head === undefined) throw new Error(`${name} is not there`)
  return createViews(metadata, 1e6).get(head, request)
}

/** Compares bytes as bytes: as arrays it takes seconds. */
export function expectSame(view: View, other: View, what?: string): void {
  expect(view.etag, what).toBe(other.etag)
  expect(Buffer.compare(view.bytes, other.bytes), what).toBe(0)
}

/** Publishes as the writer, with `extra` in the manifest. */
export async function publish(
  registry: Registry,
  { writer }: LargeSubject,
  name: PackageName,
  version: string,
  extra: Record<string, unknown> = {},
): Promise<void> {
  await registry.publish(writer, submission({ name, version, extra }))
}
