import { describe, expect, it } from 'vitest'
import { asName, createSubject, refusal } from './support.ts'

const x = asName('@acme/x')

describe('dist-tags', () => {
  it('are listed, set and removed', async () => {
    const { publish, registry, writer, reader } = await createSubject()
    await publish('1.0.0')
    await publish('1.1.0')
    await registry.setDistTags(writer, x, { stable: '1.0.0' })
    expect(await registry.listDistTags(reader, x)).toMatchObject({
      kind: 'dist-tags',
      distTags: { latest: '1.1.0', stable: '1.0.0' },
    })
    await registry.removeDistTag(writer, x, 'stable')
    expect(await registry.listDistTags(reader, x)).toMatchObject({ distTags: { latest: '1.1.0' } })
  })

  it.each([
    '1.0.0',
    '1',
    '1.x',
    '^1',
    '*',
    'v2.0',
    '>=1',
    '',
    ' ',
    'a b',
    '../x',
    '__proto__',
    'é',
    'x'.repeat(129),
  ])('cannot be called %j', async (tag) => {
    const { publish, registry, writer } = await createSubject()
    await publish('1.0.0')
    expect(await refusal(registry.setDistTags(writer, x, { [tag]: '1.0.0' }))).toBe('invalid_request')
  })

  it.each(['latest', 'beta', 'next-2', 'release_1', 'constructor', 'toString'])(
    'can be called %j',
    async (tag) => {
      const { publish, registry, writer } = await createSubject()
      await publish('1.0.0')
      await registry.setDistTags(writer, x, { [tag]: '1.0.0' })
      expect(await registry.listDistTags(writer, x)).toMatchObject({ distTags: { [tag]: '1.0.0' } })
    },
  )

  it('point only at versions that are there', async () => {
    const { publish, registry, writer } = await createSubject()
    await publish('1.0.0')
    await publish('1.1.0')
    await registry.unpublish(writer, x, { versions: ['1.0.0'] })
    expect(await refusal(registry.setDistTags(writer, x, { beta: '9.9.9' }))).toBe('not_found')
    expect(await refusal(registry.setDistTags(writer, x, { beta: '1.0.0' }))).toBe('not_found')
    expect(await refusal(registry.setDistTags(writer, x, { beta: '^1.0.0' }))).toBe('invalid_request')
  })

  it('have a bound on their number', async () => {
    const { publish, registry, writer } = await createSubject()
    await publish('1.0.0')
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`t${n}`, '1.0.0']))
    expect(await refusal(registry.setDistTags(writer, x, many))).toBe('invalid_request')
  })

  it('never lose latest, and say so when another is not there', async () => {
    const { publish, registry, writer } = await createSubject()
    await publish('1.0.0')
    await expect(registry.removeDistTag(writer, x, 'latest')).rejects.toThrow(
      /latest of @acme\/x cannot be removed/,
    )
    expect(await refusal(registry.removeDistTag(writer, x, 'toString'))).toBe('not_found')
  })

  it('are moved by writers only', async () => {
    const { publish, registry, reader } = await createSubject()
    await publish('1.0.0')
    expect(await refusal(registry.setDistTags(reader, x, { beta: '1.0.0' }))).toBe('forbidden')
    expect(await refusal(registry.removeDistTag(reader, x, 'beta'))).toBe('forbidden')
  })
})
