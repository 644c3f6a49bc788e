import { gunzipSync } from 'node:zlib'
import type { Head, Registry } from '@nmr/core'
import { sampleVersion } from '@nmr/core/testing'
import { describe, expect, it } from 'vitest'
import { createViews } from '../../src/views/views.ts'
import { asName } from '../support.ts'
import {
  createLargeSubject,
  expectSame,
  type LargeSubject,
  publish,
  type Request,
  read,
  renderAnew,
  x,
} from './support.ts'

const gzip: Request = { document: 'packument', encoding: 'gzip', base: 'http://a.test' }

describe('the view of a large package', () => {
  it('is made after a publish of the versions that have no full block yet', async () => {
    const { subject, registry } = await createRead(200)
    await publish(registry, subject, x, '2.0.0')
    await expectReads(subject, registry, [...numbered(192, 200), '2.0.0'])
  })

  it('is made after a publish of that version alone, when all blocks were full', async () => {
    const { subject, registry } = await createRead(192)
    await publish(registry, subject, x, '2.0.0')
    await expectReads(subject, registry, ['2.0.0'])
  })

  it('is made of the versions beside one that was deprecated', async () => {
    const { subject, registry } = await createRead(192)
    await registry.deprecate(subject.writer, x, { messages: new Map([['1.0.70', 'old']]) })
    await expectReads(subject, registry, [...numbered(64, 128), '1.0.191'])
  })

  it('is made of next to nothing after a change of the head', async () => {
    const { subject, registry } = await createRead(192)
    await registry.setStar(subject.writer, x, true)
    await registry.setDistTags(subject.writer, x, { beta: '1.0.0' })
    await expectReads(subject, registry, ['1.0.191'])
  })

  it.each([
    ['the first', [0, 64]],
    ['the first two', [0, 128]],
    ['one in the middle', [64, 128]],
    ['the last full one', [128, 192]],
    ['all but the last version', [0, 199]],
  ] as const)(
    'is right after the versions of whole blocks were unpublished: %s',
    async (_which, [from, to]) => {
      const { subject, registry } = await createRead(200)
      await registry.unpublish(subject.writer, x, { versions: numbered(from, to) })
      await expectRight(subject, registry)
      await publish(registry, subject, x, '2.0.0')
      const { versions, time } = JSON.parse(String(await expectRight(subject, registry)))
      expect(Object.keys(versions)).toEqual([...numbered(0, from), ...numbered(to, 200), '2.0.0'])
      expect(Object.keys(time)).toEqual(['created', 'modified', ...numbered(0, 200), '2.0.0'])
    },
  )

  it.each([
    ['a new version is older than others', '2.0.0'],
    ['a version moves in time', '1.0.150'],
  ])('is right where %s, which no command of a client does', async (_what, version) => {
    const { subject } = await createRead(200)
    const { metadata } = subject
    const views = createViews(metadata, 1e7)
    const before = (await metadata.head(x)) as Head
    await views.get(before, gzip)
    const { name, revision, ...head } = before
    const published = (await metadata.version(x, '1.0.10'))?.published ?? ''
    const change = { name, expected: revision, head, put: [sampleVersion(x, version, { published })] }
    views.committed(change, await metadata.commit(change))
    const after = (await metadata.head(x)) as Head
    expectSame(await views.get(after, gzip), await renderAnew(metadata, x, gzip))
  })

  it('is made of all after a change that somebody else made', async () => {
    const { subject, registry } = await createRead(200)
    const elsewhere = subject.createRegistry()
    for (const [version, by] of [
      ['2.0.0', [elsewhere]],
      ['2.1.0', [elsewhere, registry]],
      ['2.2.0', [registry, elsewhere]],
    ] as const) {
      for (const [n, each] of by.entries()) await publish(each, subject, x, `${version}-${n}`)
      const { versions } = JSON.parse(String(await expectRight(subject, registry)))
      expect(Object.keys(versions).at(-1)).toBe(`${version}-${by.length - 1}`)
    }
    expect(subject.reads.outlines).toBe(3)
  })
})

describe('what is kept of large packages', () => {
  it('is bounded, however many are read', async () => {
    const kept = 2_000_000
    const subject = await createLargeSubject(kept)
    const registry = subject.createRegistry()
    const names = Array.from({ length: 30 }, (_, n) => asName(`@acme/large-${n}`))
    let size = 0
    for (const name of names) {
      await subject.fill(name, 128)
      size = (await read(registry, subject.writer, name, gzip)).bytes.length
    }
    let known = 0
    for (const name of names.toReversed()) {
      const before = subject.reads.outlines
      await read(registry, subject.writer, name, { ...gzip, document: 'abbreviated' })
      if (subject.reads.outlines > before) break
      known++
    }
    expect(known).toBeGreaterThan(1)
    expect(known * size).toBeLessThan(kept / 4)
  })

  it('is bounded, at however many addresses one is read', async () => {
    const subject = await createLargeSubject(10_000_000)
    const registry = subject.createRegistry()
    const other = asName('@acme/other')
    for (const name of [other, x]) await subject.fill(name, 128)
    await read(registry, subject.writer, other, gzip)
    for (let n = 0; n < 50; n++)
      await read(registry, subject.writer, x, { ...gzip, base: `http://${n}.test` })
    const before = subject.reads.outlines
    for (const name of [other, x]) {
      await registry.setStar(subject.writer, name, true)
      await read(registry, subject.writer, name, gzip)
    }
    expect(subject.reads.outlines).toBe(before)
  })
})

/** A package with so many versions, `1.0.0` first, that was read once. */
async function createRead(versions: number) {
  const subject = await createLargeSubject()
  const registry = subject.createRegistry()
  await subject.fill(x, versions)
  await read(registry, subject.writer, x, gzip)
  Object.assign(subject.reads, { outlines: 0, rows: [] })
  return { subject, registry }
}

/** The view is made of these rows, and right. */
async function expectReads(subject: LargeSubject, registry: Registry, rows: readonly string[]) {
  await expectRight(subject, registry)
  expect(new Set(subject.reads.rows)).toEqual(new Set(rows))
  expect(subject.reads.outlines).toBe(0)
}

async function expectRight(subject: LargeSubject, registry: Registry): Promise<Buffer> {
  const view = await read(registry, subject.writer, x, gzip)
  expectSame(view, await renderAnew(subject.metadata, x, gzip))
  return gunzipSync(view.bytes)
}

function numbered(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from }, (_, n) => `1.0.${from + n}`)
}
