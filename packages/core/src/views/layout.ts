import { SemVer } from 'semver'
import type { VersionOutline } from '../model/packument.ts'
import type { Revision } from '../model/revision.ts'
import { createPace } from '../pace.ts'
import type { MetadataChange, PackageReader } from '../ports/metadata-store.ts'
import { positionIn } from '../position-in.ts'
import type { Piece } from './gzip-pieces.ts'

/*
 * Where the versions of a package stand in its documents: in the order of their publication, in blocks of a fixed number
 * of versions. What a block comes to in a document is kept with the block, and a change makes new blocks only of those
 * that it touches. As no version is ever forgotten, and a new one comes last, that is one block, nearly always.
 */

export interface Layout {
  readonly revision: Revision
  readonly blocks: readonly Block[]
}

export interface Block {
  /** By version, in order. */
  readonly places: ReadonlyMap<string, Place>
  /** The members of the document's `time`. */
  readonly times: string
  /** The block's part of documents, as it was rendered: it stays right as long as the block is there. */
  readonly pieces: Map<string, Piece>
}

export interface Place {
  readonly version: string
  readonly published: string
  /** Whether it is a version that can be installed. */
  readonly isPublished: boolean
}

/** Versions in a block: fewer compress worse, more make more to do for the one that has changed. */
const BLOCK = 64

/** Whether nothing can be added to a block any more. */
export function isFull({ places }: Block): boolean {
  return places.size === BLOCK
}

/** The layout of a package that is being read. */
export async function readLayout({ head, outline }: PackageReader): Promise<Layout> {
  const pace = createPace()
  const order = createOrder()
  const places: Place[] = []
  for await (const version of outline()) {
    const place = placeOf(version)
    places.splice(positionIn(places, place, order), 0, place)
    await pace()
  }
  const blocks: Block[] = []
  for (let from = 0; from < places.length; from += BLOCK) {
    blocks.push(createBlock(places.slice(from, from + BLOCK)))
    await pace()
  }
  return { revision: head.revision, blocks }
}

/**
 * The layout after a change that was made from its revision; `undefined` for changes that are so rare, or so large, that
 * the package may be read anew.
 */
export function changedLayout(
  { blocks }: Layout,
  { put = [] }: MetadataChange,
  revision: Revision,
): Layout | undefined {
  if (put.length > BLOCK) return undefined
  const changed = [...blocks]
  for (const row of put) if (!putInto(changed, placeOf(row))) return undefined
  return { revision, blocks: changed }
}

/** @returns whether it has a place that moves no other version from its own */
function putInto(blocks: Block[], place: Place): boolean {
  const index = blocks.findIndex(({ places }) => places.has(place.version))
  const present = blocks[index]
  if (present !== undefined) {
    blocks[index] = createBlock([...present.places.values(), place])
    return present.places.get(place.version)?.published === place.published
  }
  const last = [...(blocks.at(-1)?.places.values() ?? [])]
  const before = last.at(-1)
  if (before !== undefined && createOrder()(before, place) > 0) return false
  if (last.length === BLOCK || before === undefined) blocks.push(createBlock([place]))
  else blocks[blocks.length - 1] = createBlock([...last, place])
  return true
}

/** @param places in order; of two with one version the later counts, in the place of the other */
function createBlock(places: readonly Place[]): Block {
  const byVersion = new Map(places.map((place) => [place.version, place]))
  const times = Array.from(
    byVersion.values(),
    ({ version, published }) => `${JSON.stringify(version)}:${JSON.stringify(published)}`,
  )
  return { places: byVersion, times: times.join(','), pieces: new Map() }
}

function placeOf({ kind, version, published }: VersionOutline): Place {
  return { version, published, isPublished: kind === 'published' }
}

type Order = (one: Place, other: Place) => number

/** By publication; by semver what was published in the same millisecond, as all of a registry may be that was copied. */
function createOrder(): Order {
  const known = new Map<string, SemVer>()
  const parsed = (version: string) => {
    const semver = known.get(version) ?? new SemVer(version)
    known.set(version, semver)
    return semver
  }
  return (one, other) => {
    if (one.published !== other.published) return one.published < other.published ? -1 : 1
    return parsed(one.version).compare(parsed(other.version))
  }
}
