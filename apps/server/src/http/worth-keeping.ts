import { createAskedBefore } from '@nmr/core'

/** Whether a tarball that is asked for is to be read whole, to be kept with its answer. To be asked once a request. */
export type WorthKeeping = (tarball: { readonly shasum: string; readonly size: number }) => boolean

/** Bytes of tarballs that are read whole at once. */
const SMALL = 256 * 1024

/** The part of the cache that one tarball may take. */
const MAX_SHARE = 1 / 32

/**
 * Small tarballs are worth it, and those of some size when they are asked for again: whoever asks for everything once
 * leaves the memory to what is in use.
 *
 * @param cacheSize bytes
 */
export function createWorthKeeping(cacheSize: number): WorthKeeping {
  const askedBefore = createAskedBefore()
  return ({ shasum, size }) => size <= SMALL || (size <= cacheSize * MAX_SHARE && askedBefore(shasum))
}
