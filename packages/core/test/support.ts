import { buffer } from 'node:stream/consumers'
import {
  type Caller,
  createRegistry,
  type Download,
  type PackageName,
  type PublishDocument,
  type Published,
  parsePackageName,
  type Readable,
  type Registry,
  RegistryError,
  receivedTarball,
  type Settings,
  type Submission,
  type TarballStore,
} from '@nmr/core'
import {
  createIdMaker,
  createMemoryAuthorizer,
  createMemoryMetadataStore,
  createMemoryTarballStore,
  createSteppableClock,
  type MemoryTarballs,
  type SteppableClock,
} from '@nmr/core/testing'
import { makeTarball, publishDocument } from '../../../test/support/publish-document.ts'

export const base = 'http://registry.test'

/** A registry in memory, with a writer, a reader and a stranger, and a look behind it. */
export interface Subject {
  readonly registry: Registry
  readonly clock: SteppableClock
  readonly tarballs: MemoryTarballs
  readonly writer: Caller
  readonly reader: Caller
  readonly stranger: Caller
  /** Publishes as the writer. */
  publish(version: string, options?: Partial<Options>): Promise<Published>
  packument(name?: string): Promise<Packument>
}

interface Options {
  readonly name: string
  readonly tag: string
  readonly extra: Record<string, unknown>
  readonly caller: Caller
}

export interface Packument {
  readonly _rev: string
  readonly versions: Record<string, Record<string, unknown> & { dist: Record<string, unknown> }>
  readonly time: Record<string, string>
  readonly 'dist-tags': Record<string, string>
  readonly [field: string]: unknown
}

export async function createSubject(
  settings: Partial<Settings> = {},
  wrap: (tarballs: TarballStore) => TarballStore = (tarballs) => tarballs,
): Promise<Subject> {
  const clock = createSteppableClock('2024-01-01T00:00:00.000Z')
  const tarballs: MemoryTarballs = new Map()
  const registry = createRegistry(
    {
      metadata: createMemoryMetadataStore(),
      tarballs: wrap(createMemoryTarballStore({ tarballs, clock })),
      authorizer: createMemoryAuthorizer({
        wendy: { token: 'w', email: 'wendy@example.com', may: { '*': 'everything' } },
        rita: { token: 'r', may: { '*': ['read', 'star'] } },
        sam: { token: 's', may: {} },
      }),
      upstream: {
        locate: async (name) => ({ kind: 'elsewhere', url: `http://upstream.test/${name}` }),
        audit: async () => ({}),
      },
      clock,
      makeId: createIdMaker(),
    },
    { hostedScopes: ['@acme'], ...settings },
  )
  const person = (token: string) => registry.authenticate({ kind: 'bearer', token })
  const writer = await person('w')
  return {
    registry,
    clock,
    tarballs,
    writer,
    reader: await person('r'),
    stranger: await person('s'),
    publish: (version, { caller = writer, ...options } = {}) =>
      registry.publish(caller, submission({ name: '@acme/x', version, ...options })),
    packument: async (name = '@acme/x') =>
      JSON.parse(
        await text(
          await registry.readPackument(writer, {
            name: asName(name),
            document: 'packument',
            encoding: 'identity',
            base,
          }),
        ),
      ),
  }
}

export interface SubmissionSource {
  readonly name?: string
  readonly version?: string
  readonly tag?: string
  readonly extra?: Record<string, unknown>
  readonly tarball?: Uint8Array
}

/** What a client would send for this version, honestly. */
export function submission({
  name = '@acme/x',
  version = '1.0.0',
  ...rest
}: SubmissionSource = {}): Submission {
  const tarball = rest.tarball ?? makeTarball({ name, version, ...rest })
  const { _attachments, ...document } = publishDocument({ name, version, ...rest, tarball })
  const [key, { length }] = Object.entries(_attachments)[0] ?? ['', { length: 0 }]
  return {
    name: asName(name),
    document: document as unknown as PublishDocument,
    tarball: receivedTarball(tarball),
    attachment: { key, length },
  }
}

export function asName(text: string): PackageName {
  return parsePackageName(text)
}

/** The text of a document that is here and not elsewhere. */
export async function text(found: Readable | { kind: 'elsewhere' }): Promise<string> {
  if (found.kind !== 'document') throw new Error('the document is elsewhere')
  return Buffer.from((await found.load()).bytes).toString()
}

export async function bytesOf(found: Download | { kind: 'elsewhere' }): Promise<Buffer> {
  if (found.kind !== 'tarball') throw new Error('the tarball is elsewhere')
  const opened = await found.open()
  if (opened.kind !== 'stream') throw new Error('the tarball is elsewhere')
  return buffer(opened.body)
}

/** The code that a promise is refused with; fails when it is not, or with something else. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    if (error instanceof RegistryError) return error.code
    throw error
  }
  throw new Error('it was not refused')
}
