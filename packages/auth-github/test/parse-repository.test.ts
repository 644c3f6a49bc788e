import { describe, expect, it } from 'vitest'
import { parseRepository } from '../src/index.ts'

describe("a manifest's repository field", () => {
  const readable: [string, unknown][] = [
    ['the shorthand of a folder on GitHub', 'acme/tools'],
    ['the shorthand with its host', 'github:acme/tools'],
    ['an address', 'https://github.com/acme/tools'],
    ['an address with a slash at its end', 'https://github.com/acme/tools/'],
    ['the address to clone', 'https://github.com/acme/tools.git'],
    ['what npm makes of it', 'git+https://github.com/acme/tools.git'],
    ['the ssh address', 'git+ssh://git@github.com/acme/tools.git'],
    ['the ssh address with a colon', 'git+ssh://git@github.com:acme/tools.git'],
    ['what git clone takes', 'git@github.com:acme/tools.git'],
    ['capitals in the host', 'https://GitHub.com/acme/tools'],
    ['an object', { type: 'git', url: 'git+https://github.com/acme/tools.git' }],
    [
      'an object with a directory',
      { type: 'git', url: 'https://github.com/acme/tools', directory: 'packages/x' },
    ],
    ['an object without a type', { url: 'https://github.com/acme/tools' }],
  ]
  it.each(readable)('is read as %s', (_, field) => {
    expect(parseRepository(field, 'github.com')).toEqual({ owner: 'acme', name: 'tools' })
  })

  it.each([
    ['dots and dashes in names', 'a-b/c.d_e-f', { owner: 'a-b', name: 'c.d_e-f' }],
    ['capitals as they stand', 'Acme/Tools', { owner: 'Acme', name: 'Tools' }],
    ['the name of a managed user', 'jane_acme/tools', { owner: 'jane_acme', name: 'tools' }],
  ])('keeps %s', (_, field, expected) => {
    expect(parseRepository(field, 'github.com')).toEqual(expected)
  })

  const evil: unknown[] = [
    'https://evil.example/github.com/acme/tools',
    'https://github.com@evil.example/acme/tools',
    'https://github.com:x@evil.example/acme/tools',
    'https://evil.example@github.com/acme/tools',
    'https://github.com.evil.example/acme/tools',
    'https://evil.example#github.com/acme/tools',
    'https://evil.example?github.com/acme/tools',
    'https://evil.example\\@github.com/acme/tools',
    'https://evilgithub.com/acme/tools',
    'https://www.github.com/acme/tools',
    'https://github.com./acme/tools',
    'https://github.com:443/acme/tools',
    'https://github.com/evil/../acme/tools',
    'https://github.com/%61cme/tools',
    'https://github.com/acme/tools?x=/evil/x',
    'https://github.com/acme/tools#/evil/x',
    'https://github.com/acme/tools/tree/main/packages/x',
    'https://github.com//acme/tools',
    'https://gıthub.com/acme/tools',
    'https://github.com/acme/tools\nhttps://github.com/evil/x',
    ' https://github.com/acme/tools',
    'http://github.com/acme/tools',
    'git+ssh://evil@github.com/acme/tools.git',
    'git+ssh://git:x@github.com/acme/tools.git',
    'evil@github.com:acme/tools.git',
    'git@evil.example:github.com/acme/tools',
    'gitlab:acme/tools',
    'gist:11081aaa281',
    'file:../acme/tools',
    'acme',
    'acme/',
    '/tools',
    'acme/..',
    'acme/.git',
    'acme/tools/more',
    '',
    null,
    undefined,
    7,
    true,
    ['https://github.com/acme/tools'],
    {},
    { url: ['https://github.com/acme/tools'] },
    { type: 'svn', url: 'https://github.com/acme/tools' },
    { type: 'git', url: { url: 'https://github.com/acme/tools' } },
    { type: 'git', url: 'https://evil.example/acme/tools', directory: 'https://github.com/acme/tools' },
  ]
  it.each(evil.map((field) => [JSON.stringify(field), field]))(
    'is refused as %s, with a hint',
    (_, field) => {
      expect(parseRepository(field, 'github.com')).toEqual({
        problem: expect.stringContaining(
          'write "repository": "https://github.com/OWNER/NAME" in package.json',
        ),
      })
    },
  )

  it('has to be on the host that is asked, which the shorthands are not on an enterprise server', () => {
    expect(parseRepository('https://ghe.acme.test/acme/tools', 'ghe.acme.test')).toEqual({
      owner: 'acme',
      name: 'tools',
    })
    for (const elsewhere of ['acme/tools', 'github:acme/tools', 'https://github.com/acme/tools']) {
      expect(parseRepository(elsewhere, 'ghe.acme.test')).toEqual({
        problem: expect.stringContaining('is on github.com'),
      })
    }
  })
})
