import { RegistryError } from '../errors.ts'
import { nextRevision } from '../model/next-revision.ts'
import type { PackageName } from '../model/package-name.ts'
import { decodeHead, decodeVersionRow, encodeHead, encodeVersionRow } from '../model/row-codec.ts'
import type { MetadataStore } from '../ports/metadata-store.ts'

/** What memory metadata stores keep: hand it to a second one to open the same packages again. */
export type MemoryPackages = Map<PackageName, StoredPackage>

interface StoredPackage {
  readonly head: string
  readonly rows: ReadonlyMap<string, string>
  readonly readme: string | undefined
}

/** A metadata store for tests. It keeps text, so nobody changes what it holds by changing an object. */
export function createMemoryMetadataStore(packages: MemoryPackages = new Map()): MetadataStore {
  return {
    exclusive: true,
    async head(name) {
      const stored = packages.get(name)
      return stored && decodeHead(name, stored.head)
    },
    async version(name, version) {
      const row = packages.get(name)?.rows.get(version)
      return row === undefined ? undefined : decodeVersionRow(row)
    },
    async load(name) {
      const stored = packages.get(name)
      return (
        stored && {
          head: decodeHead(name, stored.head),
          versions: [...stored.rows.values()].map(decodeVersionRow),
        }
      )
    },
    async readme(name) {
      return packages.get(name)?.readme
    },
    async commit({ name, expected, head, put = [], readme }) {
      const stored = packages.get(name)
      const present = stored && decodeHead(name, stored.head).revision
      if ((present ?? 'absent') !== expected) {
        throw new RegistryError(
          'revision_conflict',
          `${name} is at ${present ?? 'absent'}, not at ${expected}`,
        )
      }
      const revision = nextRevision(present, { head, put })
      packages.set(name, {
        head: encodeHead(revision, head),
        rows: new Map([
          ...(stored?.rows ?? []),
          ...put.map((row) => [row.version, encodeVersionRow(row)] as const),
        ]),
        readme: readme === undefined ? stored?.readme : readme || undefined,
      })
      return revision
    },
    async *names({ scope, after = '', limit = Number.POSITIVE_INFINITY } = {}) {
      const prefix = scope === undefined ? '' : `${scope}/`
      const found = [...packages.keys()].filter((name) => name.startsWith(prefix) && name > after)
      yield* found.sort().slice(0, limit)
    },
    async close() {},
  }
}
