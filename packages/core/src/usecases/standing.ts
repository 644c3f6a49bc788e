import { LRUCache } from 'lru-cache'
import type { PackageName } from '../model/package-name.ts'

/** For how long an answer about a package stays what it is. */
export interface Standing {
  /**
   * Whether the same question would be answered the same: nothing of the package has been committed since, and the
   * permission still holds. Synchronous, and cheap, so that an answer can be given again without asking anything.
   *
   * @param now milliseconds since 1970
   */
  holds(now: number): boolean
}

/** Tells of packages whether they have changed. */
export interface Changes {
  /** To be called before the package is read. Whoever keeps it sees `happened` turn true with the next commit. */
  watch(name: PackageName): Watch
  /** To be called after every commit, before it is acknowledged. */
  happened(name: PackageName): void
}

export interface Watch {
  readonly happened: boolean
}

/** Packages that are watched at a time; what was learned of the others before them no longer stands. */
const MAX_WATCHED = 20_000

export function createChanges(): Changes {
  const watches = new LRUCache<PackageName, { happened: boolean }>({
    max: MAX_WATCHED,
    dispose(watch) {
      watch.happened = true
    },
  })
  return {
    watch(name) {
      const watched = watches.get(name)
      if (watched !== undefined) return watched
      const watch = { happened: false }
      watches.set(name, watch)
      return watch
    },
    happened: (name) => void watches.delete(name),
  }
}
