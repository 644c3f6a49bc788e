import { buffer } from 'node:stream/consumers'
import type { TarballKey } from '../model/tarball-key.ts'
import { verifiedBytes } from '../model/verified-bytes.ts'
import type { TarballStore } from '../ports/tarball-store.ts'
import { createUnderWay } from '../ports/under-way.ts'

/** What memory tarball stores keep: hand it to a second one to open the same tarballs again. */
export type MemoryTarballs = Map<TarballKey, { readonly bytes: Uint8Array; readonly modified: Date }>

/** A tarball store for tests; `clock` says when a tarball was put. */
export function createMemoryTarballStore({
  tarballs = new Map(),
  clock = () => new Date(),
}: {
  readonly tarballs?: MemoryTarballs
  readonly clock?: () => Date
} = {}): TarballStore {
  const underWay = createUnderWay()
  return {
    put: (key, body, expected) =>
      underWay.track(async () => {
        const bytes = await buffer(verifiedBytes(body, expected))
        tarballs.set(key, { bytes, modified: clock() })
      }),
    async open(key, { range } = {}) {
      const stored = tarballs.get(key)
      if (stored === undefined) return undefined
      const bytes = range ? stored.bytes.subarray(range.start, range.end + 1) : stored.bytes
      return { kind: 'stream', body: inOneChunk(bytes), size: bytes.length }
    },
    async remove(key) {
      tarballs.delete(key)
    },
    async *keys() {
      for (const [key, { modified }] of [...tarballs]) yield { key, modified }
    },
    discardUnfinished: async () => 0,
    close: () => underWay.allDone(),
  }
}

async function* inOneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
