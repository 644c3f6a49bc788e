import { parsePackageName, RegistryError, scopeOf } from '@nmr/core'
import { describe, expect, it } from 'vitest'

describe('package names', () => {
  it.each([
    'x',
    'x.y',
    'x-y_z',
    '@a/b',
    '@acme/x.js',
    'constructor',
    '__x'.slice(2),
    'JSONStream',
    '@a/b~c',
    '1',
    'x'.repeat(214),
  ])('take %j', (name) => {
    expect(parsePackageName(name)).toBe(name)
  })

  it.each([
    '',
    '.',
    '..',
    '../x',
    '@../x',
    '@a/..',
    '@./x',
    '@a/.x',
    '@a',
    '@a/',
    '@/a',
    '@a/b/c',
    'a/b',
    '@a%2fb',
    '@a\\b',
    'a\0b',
    'a b',
    ' a',
    'a\n',
    '__proto__',
    '_x',
    'node_modules',
    'favicon.ico',
    'ä',
    '@ä/x',
    'x'.repeat(300),
    `@${'x'.repeat(150)}/${'y'.repeat(150)}`,
    'http://x',
    'a?b',
    'a#b',
    '@a/b@c',
  ])('refuse %j', (name) => {
    expect(() => parsePackageName(name)).toThrow(RegistryError)
    expect(() => parsePackageName(name)).toThrow(/is not a package name/)
  })

  it('know their scope', () => {
    expect(scopeOf(parsePackageName('@a/b'))).toBe('@a')
    expect(scopeOf(parsePackageName('b'))).toBeUndefined()
  })
})
