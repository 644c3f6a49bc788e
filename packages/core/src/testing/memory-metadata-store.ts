import { RegistryError } from '../errors.ts'
import { nextRevision } from '../model/next-revision.ts'
import type { PackageName } from '../model/package-name.ts'
import {
  decodeHead,
  decodeVersionOutline,
  decodeVersionRow,
  encodeHead,
  encodeVersionRow,
} from '../model/row-codec.ts'
import type { MetadataStore, PackageReader } from '../ports/metadata-store.ts'
import { createUnderWay } from '../ports/under-way.ts'

/** What memory metadata stores keep: hand it to a second one to open the same packages again. */
export type MemoryPackages = Map<PackageName, StoredPackage>

interface StoredPackage {
  readonly head: string
  readonly rows: ReadonlyMap<string, string>
  readonly readme: string
}

/** A metadata store for tests. It keeps text, so nobody changes what it holds by changing an object. */
export function createMemoryMetadataStore(packages: MemoryPackages = new Map()): MetadataStore {
  const underWay = createUnderWay()
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
    read: (name, work) =>
      underWay.track(async () => {
        const stored = packages.get(name)
        return stored && (await work(readerOf(name, stored)))
      }),
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
        readme: readme ?? stored?.readme ?? '',
      })
      return revision
    },
    async *names({ scope, after = '', limit = Number.POSITIVE_INFINITY } = {}) {
      const prefix = scope === undefined ? '' : `${scope}/`
      const found = [...packages.keys()].filter((name) => name.startsWith(prefix) && name > after)
      yield* found.sort().slice(0, limit)
    },
    close: () => underWay.allDone(),
  }
}

function readerOf(name: PackageName, { head, readme, rows }: StoredPackage): PackageReader {
  return {
    head: decodeHead(name, head),
    readme: async () => readme,
    async *outline() {
      for (const row of rows.values()) yield decodeVersionOutline(row)
    },
    rows: async (versions) => versions.flatMap((version) => rows.get(version) ?? []).map(decodeVersionRow),
  }
}
