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
export type TarExtension = 'long-name' | 'long-target' | 'attributes' | 'global-attributes'

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
  K: 'long-target',
  L: 'long-name',
  g: 'global-attributes',
  x: 'attributes',
}

/** Of the permissions, the owner, the group, the time and the device: where they are, and how long. */
const OTHER_NUMBERS = [
  [100, 8],
  [108, 8],
  [116, 8],
  [136, 12],
  [329, 8],
  [337, 8],
] as const
/** Of when it was read and created, where the prefix is short enough. */
const TIMES = [
  [476, 12],
  [488, 12],
] as const
const END_OF_SHORT_PREFIX = 475

/**
 * Reads a header that all readers of tar agree about.
 *
 * @throws Error for any other: some skip what they do not like, and then take what it contains for the next header
 */
export function parseTarHeader(block: Buffer): TarHeader {
  if (octal(block, 148, 8) !== checksum(block)) throw new Error('a header’s checksum is wrong')
  // npm reads on until the number ends.
  if (block[155] !== 0 && block[155] !== 0x20) throw new Error('a header’s checksum has no end')
  const kind = kinds[block.toString('latin1', 156, 157)]
  if (kind === undefined) throw new Error('an entry is of a kind that is not known')
  const name = nameOf(block)
  if (kind !== 'link' && text(block, 157, 100) !== '') throw new Error('what is no link leads somewhere')
  const size = octal(block, 124, 12)
  if (kind !== 'file' && !isExtension(kind) && size > 0) throw new Error('what is no file has content')
  const numbers = block[END_OF_SHORT_PREFIX] === 0 ? [...OTHER_NUMBERS, ...TIMES] : OTHER_NUMBERS
  if (!numbers.every(([at, length]) => isReadable(block, at, length)))
    throw new Error('a number is too large')
  return { name, size, kind }
}

/** What is before the first NUL. @throws Error where npm reads on: behind a NUL it leaves out the rest of the line */
export function untilNul(field: string): string {
  const [before = ''] = field.split('\0', 1)
  if (field.replace(/\0.*/, '') !== before) throw new Error('a name goes on behind its end')
  return before
}

export function isExtension(kind: TarKind): kind is TarExtension {
  return (
    kind === 'long-name' || kind === 'long-target' || kind === 'attributes' || kind === 'global-attributes'
  )
}

function nameOf(block: Buffer): string {
  const magic = block.toString('latin1', 257, 265)
  const name = text(block, 0, 100)
  // Even behind a prefix: there pnpm sees the end of the archive.
  if (name === '') throw new Error('an entry has no name')
  const prefix = text(block, 345, 155)
  if (magic === 'ustar  \0') {
    // What is a time to others.
    if (prefix !== '') throw new Error('its format has no prefix, and pnpm reads one')
    return name
  }
  if (magic !== 'ustar\x0000') throw new Error('its format is not known')
  return prefix === '' ? name : `${prefix}/${name}`
}

function text(block: Buffer, at: number, length: number): string {
  return untilNul(block.toString('utf8', at, at + length))
}

/** Whether npm gets a number out of it, whichever: it may be binary behind a first byte of 0x80. */
function isReadable(block: Buffer, at: number, length: number): boolean {
  const [first = 0, ...others] = block.subarray(at, at + length)
  return first < 0x80 || (first === 0x80 && others.slice(0, -6).every((byte) => byte === 0))
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
