import { LATEST, taggedVersion } from '../model/dist-tag.ts'
import type { PackageReader } from '../ports/metadata-store.ts'
import { compress, type Piece } from './gzip-pieces.ts'
import { type Block, isFull, type Layout } from './layout.ts'
import { closeAbbreviated, closePackument, opening, type PackageDocument, versionMembers } from './render.ts'

/** Blocks that are worked on at a time: as many as there are threads that compress. */
const AT_A_TIME = 4

/** Renderings of a block that are kept: two documents, at a few addresses. */
const MAX_PIECES = 8

/**
 * The pieces that a document is made of: one a full block, kept with it, and one for what is behind them. Which pieces
 * there are depends on nothing but the package, and so do the bytes that they are joined to.
 */
export async function documentPieces(
  { blocks }: Layout,
  reader: PackageReader,
  document: PackageDocument,
  base: string,
): Promise<readonly Piece[]> {
  const { name } = reader.head
  const first = blocks.findIndex(hasMembers)

  async function textOf(block: Block, index: number): Promise<string> {
    const published = [...block.places.values()].filter((place) => place.isPublished)
    const rows = await reader.rows(published.map((place) => place.version))
    const comma = index > first && rows.length > 0 ? ',' : ''
    return `${index === 0 ? opening(name) : ''}${comma}${versionMembers(rows, document, name, base)}`
  }

  async function pieceOf(block: Block, index: number): Promise<Piece> {
    const key = `${document} ${base} ${index > first}`
    const kept = block.pieces.get(key)
    if (kept !== undefined) return kept
    const piece = await compress(await textOf(block, index))
    if (block.pieces.size >= MAX_PIECES) block.pieces.clear()
    block.pieces.set(key, piece)
    return piece
  }

  async function lastPiece(rest: Block | undefined): Promise<Piece> {
    const [text, closing] = await Promise.all([
      rest === undefined ? '' : textOf(rest, blocks.length - 1),
      closingOf(reader, blocks, document),
    ])
    return compress(text + closing)
  }

  const full = blocks.filter(isFull)
  const pieces: Piece[] = []
  const left = full.entries()
  const workers = Array.from({ length: AT_A_TIME }, async () => {
    for (const [index, block] of left) pieces[index] = await pieceOf(block, index)
  })
  const [last] = await Promise.all([lastPiece(blocks[full.length]), ...workers])
  return [...pieces, last]
}

function hasMembers({ places }: Block): boolean {
  return [...places.values()].some((place) => place.isPublished)
}

async function closingOf(
  { head, readme, rows }: PackageReader,
  blocks: readonly Block[],
  document: PackageDocument,
): Promise<string> {
  const times = blocks.map((block) => block.times).join(',')
  if (document === 'abbreviated') return closeAbbreviated(head, times)
  const latest = taggedVersion(head.distTags, LATEST)
  const [[row], text] = await Promise.all([rows(latest === undefined ? [] : [latest]), readme()])
  return closePackument(head, times, row, text)
}
