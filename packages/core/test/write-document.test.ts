import type { SentDocument } from '@nmr/core'
import { describe, expect, it } from 'vitest'
import { asName, createSubject, type Packument, refusal, type Subject } from './support.ts'

const x = asName('@acme/x')

/** Two versions, and the packument as a client would have got it. */
async function createPackage(): Promise<{ subject: Subject; got: Packument }> {
  const subject = await createSubject()
  await subject.publish('1.0.0')
  await subject.publish('1.1.0')
  subject.clock.advance(1000)
  return { subject, got: await subject.packument() }
}

/** `got` with the version's members changed, all of it sent back. */
function changed(got: Packument, version: string, members: object): SentDocument {
  return {
    ...got,
    versions: { ...got.versions, [version]: { ...got.versions[version], ...members } },
  } as SentDocument
}

describe('a packument that a client sends back', () => {
  it('deprecates the versions whose text differs, and takes it back with an empty one', async () => {
    const { subject, got } = await createPackage()
    const { registry, writer, packument } = subject
    await registry.writeDocument(writer, x, { document: changed(got, '1.0.0', { deprecated: 'use 1.1' }) })
    const deprecated = await packument()
    expect(deprecated.versions['1.0.0']).toMatchObject({ deprecated: 'use 1.1' })
    expect(deprecated.versions['1.1.0']).not.toHaveProperty('deprecated')

    await registry.writeDocument(writer, x, { document: changed(deprecated, '1.0.0', { deprecated: '' }) })
    expect((await packument()).versions['1.0.0']).not.toHaveProperty('deprecated')
  })

  it('deprecates with a text of some length, and of no more', async () => {
    const { subject, got } = await createPackage()
    const { registry, writer, packument } = subject
    const deprecate = (length: number) => {
      const document = changed(got, '1.0.0', { deprecated: 'x'.repeat(length) })
      return registry.writeDocument(writer, x, { document })
    }
    expect(await refusal(deprecate(4097))).toBe('too_large')
    expect(await packument()).toEqual(got)
    await deprecate(4096)
    expect((await packument()).versions['1.0.0']?.deprecated).toHaveLength(4096)
  })

  it('cannot alter a manifest, an integrity, a tarball, a tag or a time', async () => {
    const { subject, got } = await createPackage()
    const { registry, writer, packument } = subject
    const forged = changed(got, '1.0.0', {
      dependencies: { evil: '*' },
      dist: { integrity: 'sha512-AAAA', tarball: 'http://evil.test/x.tgz' },
      deprecated: 'hello',
    })
    const document = { ...forged, 'dist-tags': { latest: '1.0.0', evil: '1.0.0' }, time: {}, readme: 'evil' }
    await registry.writeDocument(writer, x, { document })
    const { _rev, ...after } = await packument()
    const expected = changed(got, '1.0.0', { deprecated: 'hello' }) as Packument
    expect(after).toEqual({
      ...without(expected, '_rev'),
      time: { ...got.time, modified: '2024-01-01T00:00:01.000Z' },
    })
  })

  it('does nothing when nothing that counts differs', async () => {
    const { subject, got } = await createPackage()
    expect(await subject.registry.writeDocument(subject.writer, x, { document: got as SentDocument })).toBe(
      got._rev,
    )
  })

  it('unpublishes the versions that are missing from it, but only when it names the revision in its path', async () => {
    const { subject, got } = await createPackage()
    const { registry, writer, packument } = subject
    const document = { ...got, versions: without(got.versions, '1.1.0') } as SentDocument
    await registry.writeDocument(writer, x, { document })
    expect(Object.keys((await packument()).versions)).toEqual(['1.0.0', '1.1.0'])
    await registry.writeDocument(writer, x, { document, revision: got._rev })
    expect(await packument()).toMatchObject({ 'dist-tags': { latest: '1.0.0' } })
    expect(Object.keys((await packument()).versions)).toEqual(['1.0.0'])
  })

  it('is refused when the package has changed since, or it brings versions that were never published', async () => {
    const { subject, got } = await createPackage()
    const { registry, writer, publish } = subject
    const more = { ...got, versions: { ...got.versions, '3.0.0': {} } } as SentDocument
    expect(await refusal(registry.writeDocument(writer, x, { document: more }))).toBe('invalid_request')
    await publish('1.2.0')
    const late = changed(got, '1.0.0', { deprecated: 'late' })
    expect(await refusal(registry.writeDocument(writer, x, { document: late }))).toBe('revision_conflict')
    expect(await refusal(registry.writeDocument(writer, x, { document: late, revision: got._rev }))).toBe(
      'revision_conflict',
    )
  })

  it('stars in the sender’s own name only, for readers too, whatever else changed meanwhile', async () => {
    const { subject, got } = await createPackage()
    const { registry, reader, packument } = subject
    const document = { _rev: '0-old', users: { rita: true, wendy: true } }
    await registry.writeDocument(reader, x, { document })
    expect((await packument()).users).toEqual({ rita: true })
    await registry.writeDocument(reader, x, { document: { ...got, users: {} } as SentDocument })
    expect((await packument()).users).toEqual({})
  })

  it('changes the maintainers when it holds nothing else, for those who may', async () => {
    const { subject, got } = await createPackage()
    const { registry, reader, writer, packument } = subject
    const document = { _rev: got._rev, maintainers: [{ name: 'ann', email: 'ann@example.com' }] }
    expect(await refusal(registry.writeDocument(reader, x, { document, revision: got._rev }))).toBe(
      'forbidden',
    )
    await registry.writeDocument(writer, x, { document, revision: got._rev })
    expect(await packument()).toMatchObject({ maintainers: document.maintainers })
  })

  it('changes the maintainers to a list that can be one only', async () => {
    const { subject } = await createPackage()
    const { registry, writer } = subject
    const lists = [
      [],
      Array.from({ length: 1001 }, (_, n) => ({ name: `n${n}` })),
      [{ name: 'x'.repeat(255) }],
    ]
    for (const maintainers of lists) {
      expect(await refusal(registry.writeDocument(writer, x, { document: { maintainers } }))).toBe(
        'invalid_request',
      )
    }
  })

  it('lets a reader neither deprecate nor unpublish, by whichever path', async () => {
    const { subject, got } = await createPackage()
    const { registry, reader, packument } = subject
    const deprecation = changed(got, '1.0.0', { deprecated: 'no' })
    const removal = { ...got, versions: {} } as SentDocument
    expect(await refusal(registry.writeDocument(reader, x, { document: deprecation }))).toBe('forbidden')
    expect(
      await refusal(registry.writeDocument(reader, x, { document: deprecation, revision: got._rev })),
    ).toBe('forbidden')
    expect(await refusal(registry.writeDocument(reader, x, { document: removal, revision: got._rev }))).toBe(
      'forbidden',
    )
    expect(await packument()).toEqual(got)
  })
})

function without<Value extends object>(value: Value, key: string): Partial<Value> {
  return Object.fromEntries(Object.entries(value).filter(([other]) => other !== key)) as Partial<Value>
}
