import { gunzipSync } from 'node:zlib'
import type { Caller, PackumentRequest } from '@nmr/core'
import { describe, expect, it } from 'vitest'
import { asName, base, createSubject, refusal, text } from './support.ts'

const x = asName('@acme/x')
const full: PackumentRequest = { name: x, document: 'packument', encoding: 'identity', base }

describe('a packument', () => {
  it('has one ETag per revision, document, encoding and address', async () => {
    const { publish, registry, writer } = await createSubject()
    await publish('1.0.0')
    const tag = async (request: PackumentRequest) => {
      const found = await registry.readPackument(writer, request)
      return found.kind === 'document' ? found.etags[request.encoding] : ''
    }
    const tags = [
      await tag(full),
      await tag({ ...full, document: 'abbreviated' }),
      await tag({ ...full, encoding: 'gzip' }),
      await tag({ ...full, base: 'http://other.test' }),
    ]
    await publish('1.0.1')
    expect(new Set([...tags, await tag(full)]).size).toBe(5)
  })

  it('is the same document with gzip', async () => {
    const { publish, registry, writer } = await createSubject()
    await publish('1.0.0')
    const found = await registry.readPackument(writer, { ...full, encoding: 'gzip' })
    if (found.kind !== 'document') throw new Error('elsewhere')
    const plain = gunzipSync((await found.load()).bytes).toString()
    expect(plain).toBe(await text(await registry.readPackument(writer, full)))
  })

  it('holds, abbreviated, what installers read and when each version was published', async () => {
    const { publish, clock, registry, writer } = await createSubject()
    await publish('1.0.0', {
      extra: { dependencies: { y: '1' }, scripts: { postinstall: 'x' }, description: 'long' },
    })
    clock.advance(5)
    await publish('1.0.1')
    const found = await registry.readPackument(writer, { ...full, document: 'abbreviated' })
    const { versions, ...rest } = JSON.parse(await text(found))
    expect(rest).toEqual({
      name: '@acme/x',
      'dist-tags': { latest: '1.0.1' },
      time: {
        created: '2024-01-01T00:00:00.000Z',
        modified: '2024-01-01T00:00:00.005Z',
        '1.0.0': '2024-01-01T00:00:00.000Z',
        '1.0.1': '2024-01-01T00:00:00.005Z',
      },
      modified: '2024-01-01T00:00:00.005Z',
    })
    expect(versions['1.0.0']).toMatchObject({ dependencies: { y: '1' }, hasInstallScript: true })
    expect(versions['1.0.0']).not.toHaveProperty('description')
    expect(versions['1.0.0']).not.toHaveProperty('scripts')
  })

  it('shows a publish to whoever reads after it', async () => {
    const { publish, packument } = await createSubject()
    for (let patch = 0; patch < 10; patch++) {
      await publish(`1.0.${patch}`)
      expect((await packument())['dist-tags']).toEqual({ latest: `1.0.${patch}` })
    }
  })
})

describe('a tarball that the store has lost', () => {
  it.each([
    ['all of', undefined],
    ['the end of', Buffer.from('short')],
  ])('%s is an error and not a short answer', async (_title, bytes) => {
    const { publish, registry, writer, tarballs } = await createSubject()
    await publish('1.0.0')
    for (const [key, { modified }] of tarballs) {
      if (bytes === undefined) tarballs.delete(key)
      else tarballs.set(key, { bytes, modified })
    }
    const found = await registry.download(writer, { name: x, file: 'x-1.0.0.tgz' })
    if (found.kind !== 'tarball') throw new Error('elsewhere')
    expect(await refusal(found.open())).toBe('tarball_missing')
  })
})

describe('who may read', () => {
  it('tells a stranger the same of a package that is there and one that is not', async () => {
    const { publish, registry, stranger } = await createSubject()
    await publish('1.0.0')
    const answer = (name: string, caller: Caller) =>
      registry
        .readPackument(caller, { ...full, name: asName(name) })
        .catch((error) => [error.code, error.message])
    const [code, message] = (await answer('@acme/x', stranger)) as string[]
    expect(code).toBe('not_found')
    expect(await answer('@acme/y', stranger)).toEqual([code, message?.replace('@acme/x', '@acme/y')])
    expect(await answer('@acme/x', undefined)).toEqual(await answer('@acme/y', undefined))
    expect(await answer('@acme/x', undefined)).toEqual(['unauthenticated', expect.any(String)])
  })

  it('holds for tarballs, versions, dist-tags and writes alike', async () => {
    const { publish, registry, stranger } = await createSubject()
    await publish('1.0.0')
    const attempts = [
      registry.download(stranger, { name: x, file: 'x-1.0.0.tgz' }),
      registry.readVersion(stranger, { name: x, versionOrTag: 'latest', encoding: 'identity', base }),
      registry.listDistTags(stranger, x),
      registry.setDistTags(stranger, x, { beta: '1.0.0' }),
      registry.unpublish(stranger, x, { versions: 'all' }),
      registry.setStar(stranger, x, true),
      registry.writeDocument(stranger, x, { document: { users: { sam: true } } }),
      registry.assertTarballGone(stranger, { name: x, file: 'x-1.0.0.tgz' }),
    ]
    for (const attempt of attempts) expect(await refusal(attempt)).toBe('not_found')
  })
})

describe('one origin per name', () => {
  it('sends readers of other names elsewhere', async () => {
    const { registry } = await createSubject()
    const found = await registry.readPackument(undefined, { ...full, name: asName('@other/x') })
    expect(found).toEqual({ kind: 'elsewhere', url: 'http://upstream.test/@other/x' })
  })

  it.each(['@acme/missing', '@ACME/x', '@Acme/Missing'])(
    'never sends %s elsewhere, in a scope that is hosted',
    async (name) => {
      const { registry, writer } = await createSubject()
      expect(await refusal(registry.readPackument(writer, { ...full, name: asName(name) }))).toBe('not_found')
      expect(await refusal(registry.download(writer, { name: asName(name), file: 'x-1.0.0.tgz' }))).toBe(
        'not_found',
      )
    },
  )

  it('makes a scope ours with its first package, and it stays ours when that is unpublished', async () => {
    const { publish, registry, writer } = await createSubject()
    await publish('1.0.0', { name: '@new/x' })
    await registry.unpublish(writer, asName('@new/x'), { versions: 'all' })
    for (const name of ['@new/x', '@new/y']) {
      expect(await refusal(registry.readPackument(writer, { ...full, name: asName(name) }))).toBe('not_found')
    }
  })

  it('makes an unscoped name ours with its first version, and only that name', async () => {
    const { publish, registry, writer } = await createSubject({ allowUnscoped: true })
    await publish('1.0.0', { name: 'plain' })
    await registry.unpublish(writer, asName('plain'), { versions: 'all' })
    expect(await refusal(registry.readPackument(writer, { ...full, name: asName('plain') }))).toBe(
      'not_found',
    )
    const other = await registry.readPackument(writer, { ...full, name: asName('plain2') })
    expect(other.kind).toBe('elsewhere')
  })
})
