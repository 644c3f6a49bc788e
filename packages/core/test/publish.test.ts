import { RegistryError, receivedTarball, tarballKey } from '@nmr/core'
import { describe, expect, it } from 'vitest'
import { makeTarball } from '../../../test/support/publish-document.ts'
import { asName, base, bytesOf, createSubject, refusal, submission, text } from './support.ts'

describe('publish', () => {
  it('makes a version readable and downloadable, with the bytes and digests that were sent', async () => {
    const { registry, writer, packument } = await createSubject()
    const sent = submission({ extra: { description: 'an x', dependencies: { y: '^1' } } })
    await registry.publish(writer, sent)

    const { versions, ...rest } = await packument()
    expect(rest).toMatchObject({
      _id: '@acme/x',
      name: '@acme/x',
      description: 'an x',
      'dist-tags': { latest: '1.0.0' },
      time: { created: '2024-01-01T00:00:00.000Z', '1.0.0': '2024-01-01T00:00:00.000Z' },
      maintainers: [{ name: 'wendy', email: 'wendy@example.com' }],
    })
    expect(versions['1.0.0']).toMatchObject({
      _id: '@acme/x@1.0.0',
      dependencies: { y: '^1' },
      _npmUser: { name: 'wendy' },
      dist: {
        tarball: `${base}/@acme/x/-/x-1.0.0.tgz`,
        integrity: sent.tarball.integrity,
        shasum: sent.tarball.shasum,
        fileCount: expect.any(Number),
      },
    })
    const downloaded = await bytesOf(
      await registry.download(writer, { name: asName('@acme/x'), file: 'x-1.0.0.tgz' }),
    )
    expect(receivedTarball(downloaded).integrity).toBe(sent.tarball.integrity)
  })

  it('sets latest on the first publish even under another tag, and leaves it there until latest is published', async () => {
    const { publish, packument } = await createSubject()
    await publish('1.0.0', { tag: 'beta' })
    expect((await packument())['dist-tags']).toEqual({ latest: '1.0.0', beta: '1.0.0' })
    await publish('1.1.0', { tag: 'beta' })
    expect((await packument())['dist-tags']).toEqual({ latest: '1.0.0', beta: '1.1.0' })
    await publish('1.0.1')
    expect((await packument())['dist-tags']).toEqual({ latest: '1.0.1', beta: '1.1.0' })
  })

  it('refuses a version that is there, and keeps its bytes', async () => {
    const { publish, registry, writer, tarballs } = await createSubject()
    await publish('1.0.0')
    const before = [...tarballs.keys()]
    const other = registry.publish(writer, submission({ extra: { description: 'other bytes' } }))
    await expect(other).rejects.toThrow(/@acme\/x@1\.0\.0 is already published/)
    expect([...tarballs.keys()]).toEqual(before)
  })

  it('replaces a version and removes the old bytes where the settings allow it', async () => {
    const { publish, registry, writer, tarballs, packument } = await createSubject({
      allowPreviousVersion: true,
    })
    await publish('1.0.0')
    await registry.publish(writer, submission({ extra: { description: 'second' } }))
    expect((await packument()).versions['1.0.0']).toMatchObject({ description: 'second' })
    expect(tarballs.size).toBe(1)
  })

  it('never gives an unpublished number out again, not even where versions may be replaced', async () => {
    const { publish, registry, writer } = await createSubject({ allowPreviousVersion: true })
    await publish('1.0.0')
    await publish('1.0.1')
    await registry.unpublish(writer, asName('@acme/x'), { versions: ['1.0.0'] })
    expect(await refusal(publish('1.0.0'))).toBe('version_exists')
  })

  it('lets 50 publishers of one version through once', async () => {
    const { registry, writer, tarballs, packument } = await createSubject()
    const attempts = Array.from({ length: 50 }, (_, index) =>
      registry.publish(writer, submission({ extra: { description: `by ${index}` } })),
    )
    const results = await Promise.allSettled(attempts)
    const winner = results.findIndex((result) => result.status === 'fulfilled')
    const losers = results.filter((result) => result.status === 'rejected')
    expect(losers.map(({ reason }) => (reason as RegistryError).code)).toEqual(
      Array(49).fill('version_exists'),
    )
    expect((await packument()).versions['1.0.0']).toMatchObject({ description: `by ${winner}` })
    expect(tarballs.size).toBe(1)
  })

  it('takes 50 versions of one package at once', async () => {
    const { publish, packument } = await createSubject()
    const versions = Array.from({ length: 50 }, (_, index) => `1.0.${index}`)
    await Promise.all(versions.map((version) => publish(version)))
    expect(Object.keys((await packument()).versions).sort()).toEqual([...versions].sort())
  })

  it('leaves nothing visible and no bytes when the commit is refused', async () => {
    const { registry, reader, tarballs } = await createSubject()
    expect(await refusal(registry.publish(reader, submission()))).toBe('forbidden')
    expect(tarballs.size).toBe(0)
  })

  it('leaves nothing visible when the bytes cannot be stored', async () => {
    const broken = new RegistryError('unavailable', 'the disk is full')
    const { publish, packument } = await createSubject({}, (store) => ({
      ...store,
      put: () => Promise.reject(broken),
    }))
    await expect(publish('1.0.0')).rejects.toBe(broken)
    await expect(packument()).rejects.toThrow(/not in this registry/)
  })

  it('is seen by nobody before the store has the tarball, and never when the store fails', async () => {
    const outcomes: (() => Promise<void>)[] = []
    const { publish, packument } = await createSubject({}, (store) => ({
      ...store,
      async put(...put) {
        await store.put(...put)
        // The tarball is looked into meanwhile, and all is ready to be committed.
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
        await expect(packument()).rejects.toThrow(/not in this registry/)
        await outcomes.shift()?.()
      },
    }))
    outcomes.push(() => Promise.reject(new Error('the disk is full')))
    await expect(publish('1.0.0')).rejects.toThrow('the disk is full')
    await expect(packument()).rejects.toThrow(/not in this registry/)
    await publish('1.0.0')
    expect(Object.keys((await packument()).versions)).toEqual(['1.0.0'])
  })

  it('stands, and so does an unpublish, when the bytes of before cannot be removed', async () => {
    const remove = () => Promise.reject(new Error('the disk is read-only'))
    const settings = { allowPreviousVersion: true }
    const { publish, registry, writer, packument } = await createSubject(settings, (store) => ({
      ...store,
      remove,
    }))
    await publish('1.0.0')
    await publish('1.0.0', { extra: { description: 'again' } })
    await publish('1.1.0')
    await registry.unpublish(writer, asName('@acme/x'), { versions: ['1.1.0'] })
    expect(Object.keys((await packument()).versions)).toEqual(['1.0.0'])
  })

  it('keeps a readme of the version that is latest', async () => {
    const { publish, registry, writer, packument } = await createSubject()
    await publish('1.0.0', { extra: { readme: '# one' } })
    await publish('2.0.0-beta', { tag: 'beta', extra: { readme: '# two' } })
    expect(await packument()).toMatchObject({ readme: '# one' })
    expect((await packument()).versions['1.0.0']).not.toHaveProperty('readme')
    await registry.unpublish(writer, asName('@acme/x'), { versions: ['1.0.0'] })
    expect(await packument()).toMatchObject({ readme: '' })
  })
})

describe('a publish that lies', () => {
  const honest = submission()
  const otherTarball = receivedTarball(makeTarball({ name: '@acme/other', version: '1.0.0' }))
  const later = receivedTarball(makeTarball({ name: '@acme/x', version: '2.0.0' }))
  const manifest = honest.document.versions['1.0.0'] as Record<string, unknown>
  const withManifest = (changes: object) => ({
    document: { ...honest.document, versions: { '1.0.0': { ...manifest, ...changes } } },
  })

  it.each([
    [
      'the document is for another package',
      { document: { ...honest.document, name: '@acme/y' } },
      /document is for/,
    ],
    ['the manifest has another name', withManifest({ name: '@acme/y' }), /calls itself @acme\/y/],
    ['the manifest has another version', withManifest({ version: '1.0.1' }), /calls itself @acme\/x@1.0.1/],
    [
      'the manifest is no object',
      { document: { ...honest.document, versions: { '1.0.0': 'x' } } },
      /no manifest/,
    ],
    [
      'the document has no such version',
      { document: { ...honest.document, versions: {} } },
      /says version 1.0.0/,
    ],
    [
      'the package.json inside has another name',
      { tarball: otherTarball },
      /package.json is for "@acme\/other"/,
    ],
    [
      'the package.json inside has another version',
      { tarball: later, ...withManifest({ dist: { integrity: later.integrity, shasum: later.shasum } }) },
      /package.json says version 2.0.0, the document "1.0.0"/,
    ],
    [
      'the attachment is called otherwise',
      { attachment: { key: '@acme/x-1.0.1.tgz' } },
      /attachment is called/,
    ],
    ['the length is wrong', { attachment: { key: '@acme/x-1.0.0.tgz', length: 3 } }, /bytes, not "3"/],
    [
      'the manifest is larger than any package.json',
      withManifest({ files: ['x'.repeat(4 * 1024 * 1024)] }),
      /the manifest of @acme\/x@1\.0\.0 is larger than/,
    ],
    [
      'it is deprecated at length',
      withManifest({ deprecated: 'x'.repeat(4097) }),
      /is deprecated is longer than 4096 characters/,
    ],
    ['the shasum is wrong', withManifest({ dist: { shasum: '0'.repeat(40) } }), /has the shasum/],
    ['the integrity is wrong', withManifest({ dist: { integrity: 'sha512-AAAA' } }), /has the integrity/],
    [
      'the integrity cannot be checked',
      withManifest({ dist: { integrity: 'md5-AAAA' } }),
      /has the integrity/,
    ],
    ['the integrity is no text', withManifest({ dist: { integrity: ['x'] } }), /has the integrity/],
    [
      'the bytes are no archive',
      { tarball: receivedTarball(Buffer.from('hello')) },
      /not a readable gzipped tar/,
    ],
    ['there are no bytes', { tarball: receivedTarball(Buffer.alloc(0)) }, /cannot be published/],
    [
      'a dist-tag reads as a range',
      { document: { ...honest.document, 'dist-tags': { '1.x': '1.0.0' } } },
      /dist-tag/,
    ],
  ])('is refused when %s', async (_title, lie, message) => {
    const { registry, writer, tarballs, packument } = await createSubject()
    const attempt = registry.publish(writer, { ...honest, ...lie })
    await expect(attempt).rejects.toThrow(message)
    await expect(attempt).rejects.toBeInstanceOf(RegistryError)
    expect(tarballs.size).toBe(0)
    await expect(packument()).rejects.toThrow(/not in this registry/)
  })

  it('cannot bring versions, times or tags along beside its own', async () => {
    const { registry, writer, publish, packument } = await createSubject()
    await publish('0.9.0')
    const merged = {
      ...honest.document,
      'dist-tags': { latest: '1.0.0', old: '0.9.0', none: '7.7.7' },
      versions: { ...honest.document.versions, '7.7.7': { name: '@acme/x', version: '7.7.7' } },
      time: { '1.0.0': '1970-01-01T00:00:00.000Z' },
    }
    await registry.publish(writer, { ...honest, document: merged })
    const after = await packument()
    expect(Object.keys(after.versions)).toEqual(['0.9.0', '1.0.0'])
    expect(after['dist-tags']).toEqual({ latest: '1.0.0' })
    expect(after.time['1.0.0']).toBe('2024-01-01T00:00:00.000Z')
  })
})

describe('names', () => {
  it('takes unscoped names only where the settings allow them', async () => {
    const strict = await createSubject()
    await expect(strict.publish('1.0.0', { name: 'plain' })).rejects.toThrow(/settings\.allow_unscoped/)
    const open = await createSubject({ allowUnscoped: true })
    await open.publish('1.0.0', { name: 'plain' })
    expect(await open.packument('plain')).toMatchObject({ name: 'plain' })
  })

  it('takes new packages in hosted scopes only, where the settings say so', async () => {
    const { publish, registry, writer } = await createSubject({ onlyHostedScopes: true })
    await expect(publish('1.0.0', { name: '@other/x' })).rejects.toThrow(/scopes\.hosted/)
    expect(await refusal(registry.assertMayPublish(undefined, asName('@other/x')))).toBe('unauthenticated')
    await publish('1.0.0')
    await registry.assertMayPublish(writer, asName('@acme/y'))
  })

  it('serves packages called like members of every object', async () => {
    const { publish, packument, registry, writer } = await createSubject({ allowUnscoped: true })
    await publish('1.0.0', { name: 'constructor' })
    expect(await packument('constructor')).toMatchObject({ name: 'constructor' })
    const version = registry.readVersion(writer, {
      name: asName('constructor'),
      versionOrTag: 'constructor',
      encoding: 'identity',
      base,
    })
    expect(await refusal(version)).toBe('not_found')
  })

  it('takes no version that a file name has no room for', async () => {
    const { publish } = await createSubject()
    expect(await refusal(publish(`1.0.0-${'x'.repeat(123)}`))).toBe('invalid_request')
    await publish(`1.0.0-${'x'.repeat(122)}`)
  })

  it('gives no two publications one key', () => {
    const key = (attempt: string) => tarballKey(asName('@acme/x'), '1.0.0', 'sha512-AAAAAAAAAAAA', attempt)
    expect(key('a')).toBe('@acme/x/1.0.0-000000000000-a.tgz')
    expect(key('a')).not.toBe(key('b'))
  })

  it('reads a version document by version and by tag', async () => {
    const { publish, registry, writer } = await createSubject()
    await publish('1.0.0')
    for (const versionOrTag of ['1.0.0', 'latest']) {
      const found = await registry.readVersion(writer, {
        name: asName('@acme/x'),
        versionOrTag,
        encoding: 'identity',
        base,
      })
      expect(JSON.parse(await text(found))).toMatchObject({
        version: '1.0.0',
        dist: { tarball: `${base}/@acme/x/-/x-1.0.0.tgz` },
      })
    }
  })
})
