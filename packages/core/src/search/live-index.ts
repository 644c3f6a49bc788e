import type { PackageName } from '../model/package-name.ts'
import type { MetadataStore } from '../ports/metadata-store.ts'
import { readListing } from './listing.ts'
import { createSearchIndex, type SearchIndex } from './search-index.ts'
import { inSlices } from './slices.ts'

/** A search index that keeps up with what is committed. */
export interface LiveIndex {
  /** To be called after every commit. It costs nothing: the package is read again before the next search. */
  changed(name: PackageName): void
  /**
   * The index, with everything in it that was committed before the call. The first call reads all packages, a few
   * at a time; before it, nothing is read and nothing kept.
   */
  current(): Promise<SearchIndex>
}

/** So many changed packages are read again without waiting for a search, which would have to wait for them. */
const MAX_CHANGED = 64

/** @param metadata where listings are read from */
export function createLiveIndex(metadata: MetadataStore): LiveIndex {
  const index = createSearchIndex()
  const changed = new Set<PackageName>()
  let state: 'untouched' | 'building' | 'built' = 'untouched'
  // One after the other: of two that read one package, the later to read has to be the later to write.
  let last: Promise<unknown> = Promise.resolve()
  let tidying: Promise<void> | undefined

  async function refresh(name: PackageName): Promise<void> {
    changed.delete(name)
    try {
      index.set(name, await readListing(metadata, name))
    } catch (error) {
      changed.add(name)
      throw error
    }
    if (tidying === undefined && index.isUntidy()) tidy()
    // Later nobody waits for it. At first it would be left behind, and then have everything to do at once.
    if (state === 'building') await tidying
  }

  function tidy(): void {
    tidying = inSlices(index.tidy(), async () => {}).finally(() => {
      tidying = undefined
    })
    // Whoever waits hears of it; without it, searches only take longer.
    tidying.catch(() => {})
  }

  async function catchUp(): Promise<void> {
    if (state !== 'built') {
      state = 'building'
      await inSlices(metadata.names(), refresh)
      state = 'built'
    }
    await inSlices([...changed], refresh)
  }

  function catchUpInTurn(): Promise<void> {
    const turn = last.then(catchUp, catchUp)
    last = turn
    return turn
  }

  return {
    changed(name) {
      if (state === 'untouched') return
      changed.add(name)
      // Nobody waits for this: what fails stays among the changed, and the next search meets it.
      if (state === 'built' && changed.size === MAX_CHANGED) catchUpInTurn().catch(() => {})
    },
    async current() {
      // Even when nothing has changed since: what is being read again is not in the index yet.
      await catchUpInTurn()
      return index
    },
  }
}
