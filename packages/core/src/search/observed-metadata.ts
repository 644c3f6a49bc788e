import type { PackageName } from '../model/package-name.ts'
import type { MetadataStore } from '../ports/metadata-store.ts'

/**
 * A metadata store that tells of every commit, also of one that failed: it may have gone through all the same.
 *
 * @param committed is called before whoever committed goes on
 */
export function observedMetadata(
  metadata: MetadataStore,
  committed: (name: PackageName) => void,
): MetadataStore {
  return {
    exclusive: metadata.exclusive,
    head: (name) => metadata.head(name),
    version: (name, version) => metadata.version(name, version),
    load: (name) => metadata.load(name),
    readme: (name) => metadata.readme(name),
    async commit(change) {
      try {
        return await metadata.commit(change)
      } finally {
        committed(change.name)
      }
    },
    names: (range) => metadata.names(range),
    close: () => metadata.close(),
  }
}
