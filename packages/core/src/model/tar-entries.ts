import { createPortions, type Portions } from './portions.ts'
import { isExtension, parseTarHeader, TAR_BLOCK, type TarExtension } from './tar-header.ts'

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
  let ahead = ''
  while (!(await portions.atEnd())) {
    const block = await portions.take(TAR_BLOCK)
    if (isZero(block)) return await expectZeros(portions)
    const { name, size, kind } = parseTarHeader(block)
    if (isExtension(kind)) {
      if (ahead.length + size > MAX_AHEAD) throw new Error('too much is said ahead of an entry')
      ahead += `${asAttributes(kind, (await portions.take(size)).toString())}\n`
    } else {
      let asked = false
      yield {
        names: [name, ...namesIn(ahead)],
        isFile: kind === 'file',
        size: sizeBeside(ahead, size),
        content() {
          asked = true
          return portions.take(size)
        },
      }
      if (!asked) await portions.skip(size)
      ahead = ''
    }
    await portions.skip(-size & (TAR_BLOCK - 1))
  }
}

/** What an extension says of the entry after it. */
function asAttributes(kind: TarExtension, content: string): string {
  if (kind === 'long-name') return `path=${content}`
  if (kind === 'global-attributes' && /\b(?:path|name|size)=/.test(content))
    throw new Error('one name or size is given to all entries')
  return content
}

/** Attributes are searched, not parsed: readers differ in where one ends, and any name that any of them sees counts. */
function namesIn(ahead: string): string[] {
  return [...ahead.matchAll(/\b(?:path|name)=([^\n\0]*)/g)].map(([, name = '']) => name)
}

function sizeBeside(ahead: string, size: number): number {
  for (const [, said] of ahead.matchAll(/\bsize=([^\n]*)/g)) {
    if (said !== String(size)) throw new Error('an entry has two sizes')
  }
  return size
}

async function expectZeros(portions: Portions): Promise<void> {
  while (!(await portions.atEnd())) {
    if (!isZero(await portions.some())) throw new Error('something follows its end')
  }
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0)
}
