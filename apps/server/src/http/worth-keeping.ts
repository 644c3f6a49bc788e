import { LRUCache } from 'lru-cache'

/** Whether a tarball that is asked for is to be kept with its answer. To be asked once a request. */
export type WorthKeeping = (tarball: { readonly shasum: string; readonly size: number }) => boolean

/** Bytes of tarballs that are kept at once. */
const SMALL = 256 * 1024

/** The part of the cache that one tarball may take. */
const MAX_SHARE = 1 / 32

/** Tarballs that are remembered to have been asked for. */
const MAX_ASKED = 10_000

/**
 * Small tarballs are worth it, and those of some size when they are asked for again: whoever asks for everything once
 * leaves the cache to what is in use.
 *
 * @param cacheSize bytes
 */
export function createWorthKeeping(cacheSize: number): WorthKeeping {
  const asked = new LRUCache<string, true>({ max: MAX_ASKED })
  return ({ shasum, size }) => {
    if (size <= SMALL) return true
    if (size > cacheSize * MAX_SHARE) return false
    const again = asked.has(shasum)
    asked.set(shasum, true)
    return again
  }
}
