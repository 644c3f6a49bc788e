import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { makeTarball } from '../../../../test/support/publish-document.ts'
import { randomFrom } from '../../../../test/support/random.ts'
import { inspectTarball } from '../../src/model/tarball-contents.ts'
import { makeArchive } from './archive.ts'
import { attribute, rawEntry } from './raw-tar.ts'

const MAX = 10_000_000
const manifest = JSON.stringify({ name: '@acme/x', version: 'v1.0.0+build' })
const inspect = (bytes: Uint8Array, max = MAX) =>
  inspectTarball({ size: bytes.length, bytes: () => chunksOf(bytes) }, max)

describe('a look inside a tarball', () => {
  it('finds the package.json at the top, whatever its folder is called, and cleans its version', async () => {
    const bytes = await makeArchive([
      ['x-main/index.js', 'hello'],
      ['x-main/node_modules/y/package.json', '{"name":"y","version":"2.0.0"}'],
      ['x-main/package.json', manifest],
    ])
    expect(await inspect(bytes)).toEqual({
      name: '@acme/x',
      version: '1.0.0',
      fileCount: 3,
      unpackedSize: 5 + 30 + manifest.length,
    })
  })

  it.each([
    ['there is none', [['package/index.js', '']], /holds no package.json/],
    ['it is not JSON', [['package/package.json', '{']], /not JSON/],
    ['it is null', [['package/package.json', 'null']], /no name or version/],
    ['it has no version', [['package/package.json', '{"name":"x"}']], /no name or version/],
    [
      'there are two that disagree',
      [
        ['package/package.json', manifest],
        ['other/package.json', '{"name":"evil","version":"1.0.0"}'],
      ],
      /disagree/,
    ],
  ] as const)('refuses a package.json when %s', async (_title, files, message) => {
    await expect(inspect(await makeArchive(files))).rejects.toThrow(message)
  })

  it.each([
    ['attributes', { type: 'x', content: attribute('path', 'package/package.json') }],
    ['a long name', { type: 'L', content: 'package/package.json\0' }],
  ])('refuses a second package.json that only some readers see, by %s', async (_title, ahead) => {
    const evil = { name: 'package/other', content: '{"name":"evil","version":"1.0.0"}' }
    const empty = { type: 'x', content: attribute('comment', 'forget what was said') }
    const good = { name: 'package/package.json', content: manifest }
    for (const entries of [
      [good, ahead, evil],
      [good, ahead, empty, evil],
      [good, empty, ahead, evil],
    ]) {
      const archive = Buffer.concat([...entries.map(rawEntry), Buffer.alloc(1024)])
      await expect(inspect(gzipSync(archive))).rejects.toThrow(/disagree/)
    }
  })

  it.each([
    'package.json',
    '/package.json',
    './package.json',
    'x\\package.json',
    'x/./package.json',
    'x//package.json',
    'package/Package.JSON',
  ])('refuses a second package.json that is one to some readers, or on some disks: %s', async (name) => {
    const evil = { name, content: '{"name":"evil","version":"1.0.0"}' }
    const good = { name: 'package/package.json', content: manifest }
    const archive = Buffer.concat([good, evil].map(rawEntry))
    await expect(inspect(gzipSync(archive))).rejects.toThrow(/disagree/)
  })

  it('needs one that is one to all', async () => {
    for (const name of ['package.json', 'x\\package.json', 'x/Package.json'])
      await expect(inspect(gzipSync(rawEntry({ name, content: manifest })))).rejects.toThrow(/holds no/)
    expect(await inspect(gzipSync(rawEntry({ name: './package.json', content: manifest })))).toMatchObject({
      name: '@acme/x',
    })
  })

  it('takes no longer for names that are nearly one', async () => {
    const long = { type: 'L', content: './'.repeat(500_000) }
    const archive = Buffer.concat([long, { content: '' }].map(rawEntry))
    await expect(inspect(gzipSync(archive))).rejects.toThrow(/holds no/)
  })

  it('refuses what is no gzip, no tar, cut off or damaged', async () => {
    const good = makeTarball({ name: '@acme/x', version: '1.0.0', files: { 'a.txt': 'x'.repeat(50_000) } })
    const damaged = Buffer.from(good)
    damaged[Math.floor(damaged.length / 2)] = (damaged[Math.floor(damaged.length / 2)] ?? 0) ^ 0xff
    const bad: Uint8Array[] = [
      Buffer.alloc(0),
      Buffer.from('x'),
      gzipSync('x'),
      gzipSync(Buffer.alloc(512, 'x')),
      damaged,
    ]
    for (const cut of [1, 10, 20, good.length - 9, good.length - 1]) bad.push(good.subarray(0, cut))
    for (const bytes of bad) {
      await expect(inspect(bytes)).rejects.toMatchObject({ code: 'invalid_tarball' })
    }
  })

  it('refuses what is in two gzips, of which some installers see the first', async () => {
    const random = randomFrom(1)
    for (const length of [100, 200_000]) {
      const text = Array.from({ length }, () => String.fromCharCode(256 * random())).join('')
      const archive = Buffer.concat(
        [
          { name: 'package/package.json', content: manifest },
          { name: 'package/x', content: text },
        ].map(rawEntry),
      )
      expect(await inspect(gzipSync(archive))).toMatchObject({ fileCount: 2 })
      const more = Buffer.concat([rawEntry({ name: 'package/x', content: 'y' }), Buffer.alloc(10_240)])
      const two = Buffer.concat([gzipSync(archive), gzipSync(more)])
      await expect(inspect(two)).rejects.toMatchObject({ code: 'invalid_tarball' })
    }
  })

  it('stops at the limit, however small the archive is', async () => {
    const bomb = await makeArchive([
      ['package/package.json', manifest],
      ['package/zeros', '\0'.repeat(2_000_000)],
    ])
    expect(bomb.length).toBeLessThan(20_000)
    await expect(inspect(bomb, 1_000_000)).rejects.toMatchObject({ code: 'too_large' })
  })
})

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000)
}
