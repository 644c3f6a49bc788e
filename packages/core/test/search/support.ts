import {
  type Caller,
  createRegistry,
  type HeadDraft,
  type MetadataStore,
  type Registry,
  type SearchRequest,
} from '@nmr/core'
import {
  createIdMaker,
  createMemoryAuthorizer,
  createMemoryMetadataStore,
  createMemoryTarballStore,
  createSteppableClock,
  type MemoryAuthorizer,
  type SteppableClock,
  sampleHead,
  sampleVersion,
} from '@nmr/core/testing'
import { asName, submission } from '../support.ts'

/** A registry to search in: wendy may do everything, rita may read what is in @acme and @open, sam nothing. */
export interface SearchSubject {
  readonly registry: Registry
  readonly metadata: MetadataStore
  readonly authorizer: MemoryAuthorizer
  readonly clock: SteppableClock
  readonly wendy: Caller
  readonly rita: Caller
  readonly sam: Caller
  /** Publishes as wendy; `extra` goes into the manifest. */
  publish(name: string, extra?: Record<string, unknown>, version?: string): Promise<void>
  /** Names of what wendy finds, or whoever else is named. */
  find(text: string, request?: Omit<SearchRequest, 'text'> & { readonly as?: Caller }): Promise<string[]>
}

/** @param wrap what the registry is to have in the place of the store */
export async function createSearchSubject(
  wrap: (metadata: MetadataStore) => MetadataStore = (metadata) => metadata,
): Promise<SearchSubject> {
  const clock = createSteppableClock('2024-01-01T00:00:00.000Z')
  const metadata = createMemoryMetadataStore()
  const authorizer = createMemoryAuthorizer({
    wendy: { token: 'w', email: 'wendy@example.com', may: { '*': 'everything' } },
    rita: { token: 'r', may: { '@acme': ['read', 'star'], '@open': ['read'] } },
    sam: { token: 's', may: {} },
  })
  const registry = createRegistry(
    {
      metadata: wrap(metadata),
      tarballs: createMemoryTarballStore({ clock }),
      authorizer,
      clock,
      makeId: createIdMaker(),
    },
    { allowUnscoped: true },
  )
  const person = (token: string) => registry.authenticate({ kind: 'bearer', token })
  const wendy = await person('w')
  return {
    registry,
    metadata,
    authorizer,
    clock,
    wendy,
    rita: await person('r'),
    sam: await person('s'),
    async publish(name, extra = {}, version = '1.0.0') {
      await registry.publish(wendy, submission({ name, version, extra }))
    },
    async find(text, { as = wendy, ...request } = {}) {
      const { packages } = await registry.search(as, { text, ...request })
      return packages.map(({ name }) => name)
    },
  }
}

/** Puts packages into a store directly: `@acme/many-0000` and so on. */
export async function fill(metadata: MetadataStore, count: number, head: Partial<HeadDraft> = {}) {
  for (let n = 0; n < count; n++) {
    const name = asName(`@acme/many-${String(n).padStart(4, '0')}`)
    const put = [sampleVersion(name, '1.0.0')]
    await metadata.commit({ name, expected: 'absent', head: sampleHead(head), put })
  }
}
