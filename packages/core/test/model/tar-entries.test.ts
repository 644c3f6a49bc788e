import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'
import { describe, expect, it } from 'vitest'
import { readTarEntries } from '../../src/model/tar-entries.ts'
import { attribute, type RawEntry, rawEntry } from './raw-tar.ts'

const END = Buffer.alloc(1024)
const long = `package/${'folder/'.repeat(40)}file.js`
const odd = `package/${'ü'.repeat(60)}.js`

describe('a tar archive', () => {
  it('is read entry by entry, in pieces of any length', async () => {
    const archive = await packed([
      { name: 'package/', type: 'directory' },
      { name: 'package/a.js', content: 'x'.repeat(511) },
      { name: 'package/empty' },
      { name: 'package/link', type: 'symlink', linkname: 'a.js' },
      { name: long, content: 'long' },
      { name: odd, content: 'odd' },
      { name: `package/${'p'.repeat(80)}/${'n'.repeat(80)}`, content: 'y'.repeat(512) },
    ])
    for (const length of [1, 7, 512, 1000, archive.length]) {
      expect(await read(archive, length)).toEqual([
        ['package/', 'no file', 0],
        ['package/a.js', 'x'.repeat(511), 511],
        ['package/empty', '', 0],
        ['package/link', 'no file', 0],
        [long, 'long', 4],
        [odd, 'odd', 3],
        [`package/${'p'.repeat(80)}/${'n'.repeat(80)}`, 'y'.repeat(512), 512],
      ])
    }
  })

  it('is passed over where nobody asks for the content', async () => {
    const names: string[] = []
    for await (const entry of readTarEntries(
      inPieces(archiveOf({ name: 'a', content: 'a'.repeat(2000) }, { name: 'b' }), 700),
    ))
      names.push(...entry.names)
    expect(names).toEqual(['a', 'b'])
  })

  it('may end without the blocks that say so, and hold nothing', async () => {
    expect(await read(rawEntry({ name: 'a', content: 'a' }))).toEqual([['a', 'a', 1]])
    expect(await read(END)).toEqual([])
    expect(await read(Buffer.alloc(0))).toEqual([])
  })

  it('lets go of its source when a reader leaves, and when it is refused', async () => {
    let open = 0
    async function* source(bytes: Buffer) {
      open++
      try {
        yield* inPieces(bytes, 600)
      } finally {
        open--
      }
    }
    for await (const _ of readTarEntries(source(archiveOf({ name: 'a' }, { name: 'b' })))) break
    await expect(readTarEntries(source(Buffer.alloc(900, 'x'))).next()).rejects.toThrow()
    expect(open).toBe(0)
  })
})

it.each<[string, RawEntry[], string[]]>([
  ['a long name before it', [{ type: 'L', content: 'package/long\0' }], ['short', 'package/long']],
  ['its attributes', [{ type: 'x', content: attribute('path', 'package/p') }], ['short', 'package/p']],
  [
    'attributes that others follow, which npm joins',
    [
      { type: 'x', content: attribute('path', 'package/p') },
      { type: 'x', content: attribute('comment', 'c') },
    ],
    ['short', 'package/p'],
  ],
  [
    'both, in any order',
    [
      { type: 'x', content: attribute('path', 'package/p') },
      { type: 'L', content: 'package/long' },
    ],
    ['short', 'package/p', 'package/long'],
  ],
  [
    'a line inside of an attribute, which npm takes for one',
    [{ type: 'x', content: attribute('comment', `c\n${attribute('path', 'package/p')}`) }],
    ['short', 'package/p'],
  ],
  ['nothing but attributes of all', [{ type: 'g', content: attribute('comment', 'c0ffee') }], ['short']],
  ['a long name of two lines', [{ type: 'L', content: 'x\n/package.json' }], ['short', 'x\n/package.json']],
])('an entry has every name that it is given by %s', async (_title, ahead, names) => {
  const archive = archiveOf(...ahead, { name: 'short', content: 'x' }, { name: 'next' })
  const found: (readonly string[])[] = []
  for await (const entry of readTarEntries(inPieces(archive, 512))) found.push(entry.names)
  expect(found).toEqual([names, ['next']])
})

describe('an archive that can be read in different ways is refused:', () => {
  it.each<[string, RawEntry[], RegExp]>([
    ['a wrong checksum', [{ checksum: '000000\0 ' }], /checksum/],
    ['a format that nobody knows', [{ magic: 'ustar\x0001' }], /format/],
    ['an entry without a name', [{ name: '' }], /no name/],
    ['a prefix without a name, where pnpm ends', [{ name: '', prefix: 'package/x' }], /no name/],
    ['a prefix where only pnpm reads one', [{ magic: 'ustar  \0', prefix: 'package' }], /no prefix/],
    ['an unknown kind', [{ type: 'S' }], /kind/],
    ['a file that leads somewhere', [{ link: 'package/y', content: 'x'.repeat(512) }], /leads somewhere/],
    ['a file that leads somewhere to npm alone', [{ link: '\0\ny' }], /behind its end/],
    ['a file that has a target ahead', [{ type: 'K', content: 'package/y\0' }, {}], /leads somewhere/],
    [
      'a target in its attributes',
      [{ type: 'x', content: attribute('linkpath', 'y') }, {}],
      /leads somewhere/,
    ],
    ['a target for all entries', [{ type: 'g', content: attribute('linkpath', 'y') }], /all entries/],
    ['a name that goes on for npm alone', [{ name: 'x\0\n/package.json' }], /behind its end/],
    ['a long name that does', [{ type: 'L', content: 'x\0\n/package.json' }], /behind its end/],
    ['a name that leads up', [{ name: 'package/x/../package.json' }], /leads up/],
    ['a file that is called like a folder', [{ name: 'package/x/', content: 'x' }], /no file has content/],
    [
      'a file whose attributes call it so',
      [{ type: 'x', content: attribute('path', 'x/') }, { content: 'x' }],
      /no file has content/,
    ],
    ['no name in the attributes', [{ type: 'x', content: attribute('path', '') }, {}], /is no name/],
    ['a number for a name', [{ type: 'x', content: attribute('path', '17') }, {}], /is no name/],
    ['a NUL in a name', [{ type: 'x', content: attribute('path', 'x\0/y') }, {}], /is no name/],
    ['a name of two lines', [{ type: 'x', content: attribute('path', 'x\n/y') }, {}], /several lines/],
    ['a kind in the attributes', [{ type: 'x', content: attribute('type', 'x') }, {}], /kind/],
    ['a sparse file', [{ type: 'x', content: attribute('GNU.sparse.major', '1') }, {}], /sparse/],
    ['an attribute without a space', [{ type: 'x', content: '9xpath=y\n' }], /as long as/],
    ['one that is shorter than it says', [{ type: 'x', content: '9 a=b\n' }], /as long as/],
    ['one that is longer', [{ type: 'x', content: '5 a=b\n' }], /as long as/],
    ['one with nothing behind its length', [{ type: 'x', content: '7' }], /as long as/],
    [
      'a size that some give to what comes first',
      [
        { type: 'x', content: attribute('size', '512') },
        { type: 'x', content: attribute('comment', 'c') },
        { content: 'x'.repeat(512) },
      ],
      /two sizes/,
    ],
    ['a checksum without an end', [{ checksum: '00004502' }], /no end/],
    ...[100, 108, 116, 136, 329, 337, 476, 488].map((at): [string, RawEntry[], RegExp] => [
      `a number at ${at} that npm does not read`,
      [{ bytes: { [at]: 0x80, [at + 1]: 1 } }],
      /too large/,
    ]),
    ['a folder with content', [{ type: '5', content: 'x' }], /no file has content/],
    ['a link with content', [{ type: '2', link: 'y', content: 'x' }], /no file has content/],
    ['a size that is not octal', [{ size: '8', content: 'x' }], /octal/],
    ['digits after the end of a size', [{ size: '1\x002', content: 'x' }], /octal/],
    ['a negative size', [{ size: '\xff\xff\xff\xff', content: 'x' }], /octal/],
    ['another size in the attributes', [{ type: 'x', content: attribute('size', '512') }, {}], /two sizes/],
    ['a name for all entries', [{ type: 'g', content: attribute('path', 'package/p') }, {}], /all entries/],
    ['a size for all entries', [{ type: 'g', content: attribute('size', '0') }, {}], /all entries/],
    ['too long a name', [{ type: 'L', content: 'x'.repeat(1024 * 1024 + 1) }, {}], /too much/],
    [
      'too many names',
      Array.from({ length: 20 }, () => ({ type: 'L', content: 'x'.repeat(60_000) })),
      /too much/,
    ],
  ])('%s', async (_title, entries, message) => {
    await expect(read(archiveOf(...entries))).rejects.toThrow(message)
  })

  it('but not for a large user, or a prefix of any letters', async () => {
    const user = { name: 'user', bytes: { 108: 0x80, 115: 0xff } }
    const prefix = `${'x'.repeat(110)}${'ü'.repeat(20)}`
    const entries = await read(archiveOf(user, { name: 'a', prefix }))
    expect(entries.map(([name]) => name)).toEqual(['user', `${prefix}/a`])
  })

  it('something after its end', async () => {
    const hidden = rawEntry({ name: 'package/package.json', content: '{}' })
    for (const bytes of [Buffer.alloc(512), END, Buffer.alloc(10_240)]) {
      await expect(read(Buffer.concat([bytes, hidden, END]))).rejects.toThrow('follows its end')
    }
  })

  it('an end that comes too early', async () => {
    const archive = rawEntry({ name: 'a', content: 'a'.repeat(600) })
    for (const length of [1, 511, 513, 1100, archive.length - 1]) {
      await expect(read(archive.subarray(0, length))).rejects.toThrow('too early')
    }
  })
})

type Read = [name: string, content: string, size: number]

async function read(archive: Buffer, length = 4096): Promise<Read[]> {
  const entries: Read[] = []
  for await (const { names, isFile, size, content } of readTarEntries(inPieces(archive, length))) {
    entries.push([names.at(-1) ?? '', isFile ? (await content()).toString() : 'no file', size])
  }
  return entries
}

async function* inPieces(bytes: Buffer, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

function archiveOf(...entries: readonly RawEntry[]): Buffer {
  return Buffer.concat([...entries.map(rawEntry), END])
}

interface PackedEntry {
  readonly name: string
  readonly type?: 'directory' | 'symlink'
  readonly linkname?: string
  readonly content?: string
}

/** What another packer makes of these. */
async function packed(entries: readonly PackedEntry[]): Promise<Buffer> {
  const archive = pack()
  for (const { content = '', ...header } of entries) archive.entry(header, content)
  archive.finalize()
  return buffer(archive)
}
