/** Bytes that everything in a tar archive is padded to a multiple of. */
export const TAR_BLOCK = 512

/** The block before everything in a tar archive that says what it is. */
export interface TarHeader {
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly kind: TarKind
}

export type TarKind = 'file' | 'link' | 'other' | TarExtension

/** What says more about the entry after it, or about all entries. */
export type TarExtension = 'long-name' | 'attributes' | 'global-attributes'

const kinds: Readonly<Record<string, TarKind>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'link',
  '2': 'link',
  '3': 'other',
  '4': 'other',
  '5': 'other',
  '6': 'other',
  '7': 'file',
  // The long name of a link's target, which nobody asks for here.
  K: 'attributes',
  L: 'long-name',
  g: 'global-attributes',
  x: 'attributes',
}

/**
 * Reads a header that all readers of tar agree about.
 *
 * @throws Error for any other: some skip what they do not like, and then take what it contains for the next header
 */
export function parseTarHeader(block: Buffer): TarHeader {
  if (octal(block, 148, 8) !== checksum(block)) throw new Error('a header’s checksum is wrong')
  const kind = kinds[block.toString('latin1', 156, 157)]
  if (kind === undefined) throw new Error('an entry is of a kind that is not known')
  const name = nameOf(block)
  if (name === '') throw new Error('an entry has no name')
  if (kind !== 'link' && block[157] !== 0) throw new Error('what is no link leads somewhere')
  const size = octal(block, 124, 12)
  if (kind !== 'file' && !isExtension(kind) && size > 0) throw new Error('what is no file has content')
  return { name, size, kind }
}

export function isExtension(kind: TarKind): kind is TarExtension {
  return kind === 'long-name' || kind === 'attributes' || kind === 'global-attributes'
}

function nameOf(block: Buffer): string {
  const magic = block.toString('latin1', 257, 265)
  const name = text(block, 0, 100)
  if (magic === 'ustar  \0') return name
  if (magic !== 'ustar\x0000') throw new Error('its format is not known')
  const prefix = text(block, 345, 155)
  return prefix === '' ? name : `${prefix}/${name}`
}

function text(block: Buffer, at: number, length: number): string {
  const end = block.indexOf(0, at)
  return block.toString('utf8', at, end === -1 ? at + length : Math.min(end, at + length))
}

function octal(block: Buffer, at: number, length: number): number {
  const [, digits] = /^ *([0-7]*)[ \0]*$/.exec(block.toString('latin1', at, at + length)) ?? []
  if (digits === undefined) throw new Error('a number is not octal')
  return digits === '' ? 0 : Number.parseInt(digits, 8)
}

/** The sum of all bytes, those of the checksum itself taken for spaces. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20
  for (let at = 0; at < TAR_BLOCK; at++) if (at < 148 || at >= 156) sum += block[at] ?? 0
  return sum
}
