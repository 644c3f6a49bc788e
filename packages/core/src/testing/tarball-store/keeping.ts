import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import type { ByteRange } from '../../ports/tarball-store.ts'
import { sampleTarball } from '../samples.ts'
import { assertAbsent, assertHolds, put, read, type TarballTest } from './steps.ts'

/** A store gives back the bytes it was given, whole or in part. */
export function keepingTests(test: TarballTest): void {
  test('a key that was never put is not there', async ({ store }) => {
    await assertAbsent(store, sampleTarball('@acme/widget'))
  })

  for (const size of [1, 1000, 65_536, 9_000_001]) {
    test(`${size} bytes come back as they were put`, async ({ store }) => {
      const tarball = sampleTarball('@acme/widget', '1.0.0', size)
      await put(store, tarball)
      await assertHolds(store, tarball)
    })
  }

  const size = 300_000
  const ranges: Record<string, ByteRange> = {
    'the first byte': { start: 0, end: 0 },
    'the last byte': { start: size - 1, end: size - 1 },
    'a middle part': { start: 65_530, end: 200_001 },
    'the end': { start: 250_000, end: size - 1 },
    'all of it': { start: 0, end: size - 1 },
  }
  for (const [part, range] of Object.entries(ranges)) {
    test(`a range gives ${part}, both ends included`, async ({ store }) => {
      const tarball = sampleTarball('@acme/widget', '1.0.0', size)
      await put(store, tarball)
      const expected = Buffer.from(tarball.bytes.subarray(range.start, range.end + 1))
      const got = await read(store, tarball.key, range)
      assert.ok(got?.equals(expected), `${got?.length} bytes for ${expected.length}, or others`)
    })
  }

  test('every character that a name or version can have is kept apart from every other', async ({
    store,
  }) => {
    const names = [
      'a',
      'ab',
      'a.b',
      'a-b',
      'a_b',
      "w~i'd(g)e!t*",
      '@a/b',
      '@a/bc',
      "@~a'(b)!*/c~!'()*.d",
      '@ab/c',
    ]
    const tarballs = names.flatMap((name) => [sampleTarball(name), sampleTarball(name, '1.0.0-rc.1')])
    await Promise.all(tarballs.map((tarball) => put(store, tarball)))
    for (const tarball of tarballs) await assertHolds(store, tarball)
  })

  test('what was put is there after the store was closed and opened again', async ({ store, reopen }) => {
    const tarball = sampleTarball('@acme/widget')
    await put(store, tarball)
    await assertHolds(await reopen(), tarball)
  })

  test('a reader may stop in the middle', async ({ store }) => {
    const tarball = sampleTarball('@acme/widget', '1.0.0', 3_000_000)
    await put(store, tarball)
    const opened = await store.open(tarball.key)
    if (opened?.kind === 'stream') for await (const _ of opened.body) break
    await assertHolds(store, tarball)
  })

  test('whoever cannot follow a redirect gets the bytes, or a part of them', async ({ store }) => {
    const tarball = sampleTarball('@acme/widget', '1.0.0', size)
    assert.equal(await store.open(tarball.key, { redirect: false }), undefined)
    await put(store, tarball)
    const part = { start: 65_530, end: 200_001 }
    for (const [range, expected] of [
      [undefined, tarball.bytes],
      [part, tarball.bytes.subarray(part.start, part.end + 1)],
    ] as const) {
      const opened = await store.open(tarball.key, { range, redirect: false })
      assert.ok(opened?.kind === 'stream', 'it was not opened as a stream')
      assert.equal(opened.size, expected.length)
      assert.ok((await buffer(opened.body)).equals(Buffer.from(expected)), 'other bytes came')
    }
  })

  test('where a file will do, it is the whole one of what is there, or something else comes', async ({
    store,
  }) => {
    const tarball = sampleTarball('@acme/widget', '1.0.0', size)
    const options = { file: true, range: { start: 10, end: 19 } }
    assert.equal(await store.open(tarball.key, options), undefined)
    await put(store, tarball)
    const opened = await store.open(tarball.key, options)
    if (opened?.kind === 'file') {
      assert.equal(opened.size, size)
      assert.match(opened.path, /^[^/.][^/]*(?:\/[^/.][^/]*)*$/)
    } else assert.ok(opened !== undefined, 'there is nothing')
    await store.remove(tarball.key)
    assert.equal(await store.open(tarball.key, options), undefined)
  })
}
