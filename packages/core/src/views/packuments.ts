import { LRUCache } from 'lru-cache'
import { RegistryError } from '../errors.ts'
import type { PackageName } from '../model/package-name.ts'
import { hasVersions } from '../model/packument.ts'
import type { Revision } from '../model/revision.ts'
import type { MetadataChange, MetadataStore } from '../ports/metadata-store.ts'
import { documentPieces } from './document-pieces.ts'
import { joinPieces } from './gzip-pieces.ts'
import { changedLayout, isFull, type Layout, readLayout } from './layout.ts'
import type { PackageDocument } from './render.ts'

/** Renders packuments, and of large ones only what has changed since the last time. */
export interface Packuments {
  /** The document, compressed with gzip, and the revision that it shows, which is the present one. */
  render(name: PackageName, document: PackageDocument, base: string): Promise<RenderedPackument>
  /** To be called after every commit. What was not told costs time, and makes nothing wrong. */
  committed(change: MetadataChange, revision: Revision): void
}

export interface RenderedPackument {
  readonly bytes: Uint8Array
  readonly revision: Revision
}

/** Roughly what it takes to remember where a version stands. */
const BYTES_A_PLACE = 200

/**
 * The blocks of a package are compressed each by itself and kept, so that after a change one of them is rendered and
 * compressed, and the others are copied. They are known to be right by the revision: a layout is used for no other than
 * its own.
 *
 * @param maxBytes what may be kept, together
 */
export function createPackuments(metadata: MetadataStore, maxBytes: number): Packuments {
  const layouts = new LRUCache<PackageName, Layout>({ maxSize: maxBytes, sizeCalculation: weigh })

  /** Keeps what there is to keep: a package without a full block is rendered whole each time. */
  function keep(name: PackageName, layout: Layout): void {
    if (layout.blocks.some(isFull)) layouts.set(name, layout)
  }

  return {
    async render(name, document, base) {
      const before = layouts.get(name)
      const rendered = await metadata.read(name, async (reader) => {
        const { revision } = reader.head
        if (!hasVersions(reader.head)) return undefined
        // A commit that came while the reader was being opened has left the one that is right here, or there.
        const kept = [before, layouts.get(name)].find((layout) => layout?.revision === revision)
        const layout = kept ?? (await readLayout(reader))
        if (kept === undefined) keep(name, layout)
        const bytes = joinPieces(await documentPieces(layout, reader, document, base))
        // In a new object, because the cache weighs no object twice.
        keep(name, { ...(layouts.peek(name) ?? layout) })
        return { bytes, revision }
      })
      if (rendered !== undefined) return rendered
      throw new RegistryError('not_found', `${name} was unpublished while it was being read`)
    },
    committed(change, revision) {
      const layout = layouts.peek(change.name)
      if (layout?.revision !== change.expected) return
      const changed = changedLayout(layout, change, revision)
      if (changed === undefined) layouts.delete(change.name)
      else layouts.set(change.name, changed)
    },
  }
}

/** The bytes that a layout takes. */
function weigh({ blocks }: Layout): number {
  let bytes = 1
  for (const { places, times, pieces } of blocks) {
    bytes += places.size * BYTES_A_PLACE + times.length
    for (const { deflated } of pieces.values()) bytes += deflated.length
  }
  return bytes
}
