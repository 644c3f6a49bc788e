import type { Revision } from '../model/revision.ts'
import type { MetadataChange, MetadataStore } from '../ports/metadata-store.ts'

/**
 * A metadata store that tells of every commit, also of one that failed: it may have gone through all the same.
 *
 * @param committed is called before whoever committed goes on; with no revision when the commit failed
 */
export function observedMetadata(
  metadata: MetadataStore,
  committed: (change: MetadataChange, revision: Revision | undefined) => void,
): MetadataStore {
  return {
    exclusive: metadata.exclusive,
    head: (name) => metadata.head(name),
    version: (name, version) => metadata.version(name, version),
    read: (name, work) => metadata.read(name, work),
    async commit(change) {
      let revision: Revision | undefined
      try {
        revision = await metadata.commit(change)
        return revision
      } finally {
        committed(change, revision)
      }
    },
    names: (range) => metadata.names(range),
    close: () => metadata.close(),
  }
}
