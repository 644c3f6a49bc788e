import { describe, expect, it } from 'vitest'
import { asName, createSubject, refusal } from './support.ts'

const x = asName('@acme/x')

describe('unpublish of a version', () => {
  it('removes it from the packument, keeps its time, and answers gone from then on', async () => {
    const { publish, packument, registry, writer, tarballs } = await createSubject()
    await publish('1.0.0')
    await publish('1.1.0')
    await registry.unpublish(writer, x, { versions: ['1.0.0'] })

    const after = await packument()
    expect(Object.keys(after.versions)).toEqual(['1.1.0'])
    expect(after.time).toHaveProperty(['1.0.0'])
    const version = { name: x, versionOrTag: '1.0.0', encoding: 'identity', base: 'http://r.test' } as const
    expect(await refusal(registry.readVersion(writer, version))).toBe('gone')
    expect(await refusal(registry.download(writer, { name: x, file: 'x-1.0.0.tgz' }))).toBe('gone')
    expect([...tarballs.keys()].join()).not.toContain('1.0.0')
  })

  it('moves latest to the highest version that is left, and drops the other tags that pointed at it', async () => {
    const { publish, packument, registry, writer } = await createSubject()
    await publish('1.2.0')
    await publish('1.10.0')
    await publish('2.0.0', { tag: 'latest' })
    await registry.setDistTags(writer, x, { next: '2.0.0', old: '1.2.0' })
    await registry.unpublish(writer, x, { versions: ['2.0.0'] })
    expect((await packument())['dist-tags']).toEqual({ latest: '1.10.0', old: '1.2.0' })
  })

  it('leaves latest alone when another version goes', async () => {
    const { publish, packument, registry, writer } = await createSubject()
    await publish('2.0.0')
    await publish('1.0.1', { tag: 'legacy' })
    await publish('1.0.2', { tag: 'legacy' })
    await registry.unpublish(writer, x, { versions: ['1.0.1'] })
    expect((await packument())['dist-tags']).toEqual({ latest: '2.0.0', legacy: '1.0.2' })
  })

  it('is refused for a version that is not there, and from a state that is not the present one', async () => {
    const { publish, packument, registry, writer } = await createSubject()
    await publish('1.0.0')
    const { _rev } = await packument()
    await publish('1.0.1')
    expect(await refusal(registry.unpublish(writer, x, { versions: ['9.9.9'] }))).toBe('not_found')
    expect(await refusal(registry.unpublish(writer, x, { versions: ['1.0.0'], revision: _rev }))).toBe(
      'revision_conflict',
    )
    expect(Object.keys((await packument()).versions)).toEqual(['1.0.0', '1.0.1'])
  })

  it('lets the request for the tarball through once the version is gone, and not before', async () => {
    const { publish, registry, writer } = await createSubject()
    await publish('1.0.0')
    await publish('1.0.1')
    const tarball = { name: x, file: 'x-1.0.0.tgz' }
    expect(await refusal(registry.assertTarballGone(writer, tarball))).toBe('version_exists')
    await registry.unpublish(writer, x, { versions: ['1.0.0'] })
    await registry.assertTarballGone(writer, tarball)
    expect(await refusal(registry.assertTarballGone(writer, { name: x, file: 'other.tgz' }))).toBe(
      'not_found',
    )
  })
})

describe('unpublish of a package', () => {
  it('answers as if it were not there, but its tarballs are gone and its numbers taken', async () => {
    const { publish, packument, registry, writer, tarballs } = await createSubject()
    await publish('1.0.0')
    await registry.unpublish(writer, x, { versions: 'all' })
    await expect(packument()).rejects.toMatchObject({ code: 'not_found' })
    expect(await refusal(registry.listDistTags(writer, x))).toBe('not_found')
    expect(await refusal(registry.download(writer, { name: x, file: 'x-1.0.0.tgz' }))).toBe('gone')
    expect(await refusal(registry.unpublish(writer, x, { versions: 'all' }))).toBe('not_found')
    expect(await refusal(publish('1.0.0'))).toBe('version_exists')
    expect(tarballs.size).toBe(0)
  })

  it('leaves room for new numbers, the first of which is latest', async () => {
    const { publish, packument, registry, writer } = await createSubject()
    await publish('1.0.0')
    await registry.unpublish(writer, x, { versions: 'all' })
    await publish('1.0.1', { tag: 'beta' })
    expect(await packument()).toMatchObject({
      'dist-tags': { latest: '1.0.1', beta: '1.0.1' },
      versions: { '1.0.1': {} },
    })
  })

  it('asks for the permission to unpublish the package, also when its last versions are named one by one', async () => {
    const { publish, registry, reader } = await createSubject()
    await publish('1.0.0')
    for (const versions of ['all', ['1.0.0']] as const) {
      await expect(registry.unpublish(reader, x, { versions })).rejects.toThrow(/unpublish_package/)
    }
  })
})
