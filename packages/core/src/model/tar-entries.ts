import { createPortions, type Portions } from './portions.ts'
import { parseTarAttributes, type TarAttributes } from './tar-attributes.ts'
import {
  isExtension,
  parseTarHeader,
  TAR_BLOCK,
  type TarExtension,
  type TarKind,
  untilNul,
} from './tar-header.ts'

/** Something in a tar archive. */
export interface TarEntry {
  /** Where it may be unpacked to: there are several ways to say that, and no two readers of tar heed the same of them. */
  readonly names: readonly string[]
  readonly isFile: boolean
  /** Bytes. */
  readonly size: number
  /** Its content; to be asked for once, before the next entry. */
  content(): Promise<Buffer>
}

/** Bytes that may be said of an entry ahead of it: packers say some hundred, and npm ignores more than this. */
const MAX_AHEAD = 1024 * 1024

/**
 * Reads a tar archive to its end. One that can be read in different ways is refused, as what is seen in it here would not
 * be what an installer unpacks.
 *
 * @throws Error
 */
export async function* readTarEntries(archive: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const portions = createPortions(archive)
  try {
    yield* entriesOf(portions)
  } finally {
    await portions.close()
  }
}

async function* entriesOf(portions: Portions): AsyncGenerator<TarEntry> {
  let ahead = nothingAhead()
  while (!(await portions.atEnd())) {
    const block = await portions.take(TAR_BLOCK)
    if (isZero(block)) return await expectZeros(portions)
    const { name, size, kind } = parseTarHeader(block)
    // Some readers give the size also to other extensions that stand in between.
    if (ahead.size !== undefined && ahead.size !== String(size)) throw new Error('an entry has two sizes')
    if (isExtension(kind)) {
      ahead.length += size
      if (ahead.length > MAX_AHEAD) throw new Error('too much is said ahead of an entry')
      addAhead(ahead, asAttributes(kind, await portions.take(size)))
    } else {
      const names = [name, ...ahead.names]
      assertAgreed(names, size, kind, ahead)
      let asked = false
      yield {
        names,
        isFile: kind === 'file',
        size,
        content() {
          asked = true
          return portions.take(size)
        },
      }
      if (!asked) await portions.skip(size)
      ahead = nothingAhead()
    }
    await portions.skip(-size & (TAR_BLOCK - 1))
  }
}

interface Ahead {
  length: number
  names: string[]
  size: string | undefined
  isLink: boolean
}

function nothingAhead(): Ahead {
  return { length: 0, names: [], size: undefined, isLink: false }
}

function addAhead(ahead: Ahead, { names, sizes, isLink }: TarAttributes): void {
  ahead.names = ahead.names.concat(names)
  for (const size of sizes) {
    if (size !== (ahead.size ?? size)) throw new Error('an entry has two sizes')
    ahead.size = size
  }
  ahead.isLink ||= isLink
}

/** What an extension says of the entry after it. */
function asAttributes(kind: TarExtension, content: Buffer): TarAttributes {
  if (kind === 'long-name') return { names: [untilNul(content.toString())], sizes: [], isLink: false }
  if (kind === 'long-target') return { names: [], sizes: [], isLink: true }
  const attributes = parseTarAttributes(content)
  if (
    kind === 'global-attributes' &&
    (attributes.isLink || attributes.names.length + attributes.sizes.length > 0)
  )
    throw new Error('one name or size is given to all entries')
  return attributes
}

function assertAgreed(names: readonly string[], size: number, kind: TarKind, ahead: Ahead): void {
  if (names.some((name) => name === '')) throw new Error('an entry has no name')
  // npm leaves out such entries, but not their contents, which it takes for entries.
  if (kind !== 'link' && ahead.isLink) throw new Error('what is no link leads somewhere')
  if (size > 0 && names.some((name) => name.endsWith('/'))) throw new Error('what is no file has content')
  // npm leaves these out, and pnpm goes where they lead.
  if (names.some((name) => /(?:^|[/\\])\.\.(?:[/\\]|$)/.test(name))) throw new Error('a name leads up')
}

async function expectZeros(portions: Portions): Promise<void> {
  while (!(await portions.atEnd())) {
    if (!isZero(await portions.some())) throw new Error('something follows its end')
  }
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0)
}
