import type { Listing } from '@nmr/core'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { asName, refusal } from '../support.ts'
import { createSearchSubject, fill, type SearchSubject } from './support.ts'

let subject: SearchSubject
beforeEach(async () => {
  subject = await createSearchSubject()
})

describe('a package is found by', () => {
  beforeEach(async () => {
    await subject.publish('@acme/state-machine', {
      description: 'Keeps track of Zustände, quickly',
      keywords: ['fsm', 'finite automaton'],
      author: 'Ann Lee <ann@example.com> (https://ann.example)',
    })
    await subject.publish('other', { description: 'nothing to see' })
  })

  it.each([
    ['its name', '@acme/state-machine'],
    ['its name without the scope', 'state-machine'],
    ['a part of its name', 'machine'],
    ['parts of its name in another order', 'machine acme'],
    ['its scope as a word', 'acme'],
    ['a word of its description', 'quickly'],
    ['a word with letters beyond ASCII', 'zustände'],
    ['words from different places', 'machine quickly fsm'],
    ['a keyword', 'fsm'],
    ['its author', 'ann lee'],
    ['its maintainer', 'wendy machine'],
    ['the beginning of a word', 'mach'],
    ['a word in capitals', 'MACHINE'],
    ['a word with a letter wrong', 'machne'],
    ['its scope', '@acme'],
    ['its scope, as a client completes it', '@acme/'],
    ['scope:', 'scope:acme'],
    ['scope: with an @', 'scope:@acme machine'],
    ['keywords:', 'keywords:fsm'],
    ['one of several keywords:', 'keywords:rust,fsm'],
    ['a keyword of two words', 'keywords:"finite automaton"'],
    ['author:', 'author:ann'],
    ['author: by address', 'author:ann@example.com'],
    ['author: in full', 'author:"Ann Lee"'],
    ['maintainer:', 'maintainer:wendy @acme'],
    ['maintainer: by address', 'maintainer:wendy@example.com machine'],
    ['what it is not', 'machine not:deprecated not:insecure not:unstable'],
    ['words beside weights that mean nothing here', 'machine boost-exact:false quality-weight:1.5'],
  ])('%s', async (_what, text) => {
    expect(await subject.find(text)).toEqual(['@acme/state-machine'])
  })

  it.each([
    ['words of which one is missing', 'machine missing'],
    ['the end of a word', 'chine'],
    ['two letters wrong', 'mqchqne'],
    ['another scope', '@acm'],
    ['the beginning of a keyword, as a keyword', 'keywords:fs'],
    ['several qualifiers of which one does not hold', 'scope:acme keywords:rust'],
    ['what nobody has', 'maintainer:sam'],
    ['what it is not', 'is:deprecated'],
    ['the name of an object’s own member', 'keywords:constructor'],
    ['another such', '__proto__'],
  ])('and not by %s', async (_what, text) => {
    expect(await subject.find(text)).toEqual([])
  })
})

describe('what is found', () => {
  it('has the very name first, then that name in a scope, then names, keywords and descriptions', async () => {
    await subject.publish('zz', { description: 'a button' })
    await subject.publish('aa', { keywords: ['button'] })
    await subject.publish('buttons')
    await subject.publish('1-button')
    await subject.publish('big-button')
    await subject.publish('a-button')
    await subject.publish('@acme/button')
    await subject.publish('button')
    expect(await subject.find('button')).toEqual([
      'button',
      '@acme/button',
      '1-button',
      'a-button',
      'big-button',
      'buttons',
      'aa',
      'zz',
    ])
    expect((await subject.find('@acme/button'))[0]).toBe('@acme/button')
  })

  it('is a guess only when nothing has the word', async () => {
    await subject.publish('color')
    expect(await subject.find('colar')).toEqual(['color'])
    await subject.publish('collar')
    await subject.publish('colar')
    expect(await subject.find('colar')).toEqual(['colar'])
    expect(await subject.find('colat')).toEqual(['colar'])
  })

  it('is everything, by name, when nothing is asked for', async () => {
    for (const name of ['b', '@acme/z', 'a', '@acme/a']) await subject.publish(name)
    expect(await subject.find('')).toEqual(['@acme/a', '@acme/z', 'a', 'b'])
    expect(await subject.find('  ')).toEqual(['@acme/a', '@acme/z', 'a', 'b'])
  })

  it('shows the latest version, and who made it', async () => {
    await subject.publish('@acme/x', {
      description: 'Does x',
      keywords: 'one, two one',
      author: { name: 'Ann', email: 'ann@example.com', url: 'https://ann.example' },
      homepage: 'javascript:alert(1)',
      repository: { type: 'git', url: 'git+https://git.example/acme/x.git' },
      bugs: 'https://git.example/acme/x/issues',
    })
    const { packages, total } = await subject.registry.search(subject.wendy, { text: 'x' })
    expect(total).toBe(1)
    expect(packages).toEqual([
      {
        name: '@acme/x',
        version: '1.0.0',
        description: 'Does x',
        keywords: ['one', 'two'],
        author: { name: 'Ann', email: 'ann@example.com' },
        publisher: { name: 'wendy', email: 'wendy@example.com' },
        maintainers: [{ name: 'wendy', email: 'wendy@example.com' }],
        stars: [],
        links: { repository: 'https://git.example/acme/x', bugs: 'https://git.example/acme/x/issues' },
        date: '2024-01-01T00:00:00.000Z',
        modified: '2024-01-01T00:00:00.000Z',
        distTags: { latest: '1.0.0' },
        isDeprecated: false,
      },
    ])
  })

  it('bears manifests that hold nonsense, and keeps of a long one what a screen shows', async () => {
    await subject.publish('nonsense', {
      description: { a: 1 },
      keywords: { b: 2 },
      author: 7,
      homepage: ['https://x.example'],
      repository: null,
    })
    await subject.publish('long', {
      description: 'long '.repeat(10_000),
      keywords: Array.from({ length: 1000 }, (_, n) => `k${n}`),
    })
    expect(await subject.find('nonsense')).toEqual(['nonsense'])
    const { packages } = await subject.registry.search(subject.wendy, { text: 'long' })
    expect([packages[0]?.description.length, packages[0]?.keywords.length]).toEqual([500, 50])
  })

  it('comes in pages that fit together, with the total on each', async () => {
    await fill(subject.metadata, 300)
    const everything = await subject.registry.search(subject.wendy, { text: 'many', size: 1000 })
    expect([everything.total, everything.packages.length]).toEqual([300, 250])
    const pages = []
    for (let from = 0; from < 300; from += 70) {
      const page = await subject.registry.search(subject.wendy, { text: 'many', from, size: 70 })
      expect(page.total).toBe(300)
      pages.push(...page.packages.map(({ name }) => name))
    }
    const names = Array.from({ length: 300 }, (_, n) => `@acme/many-${String(n).padStart(4, '0')}`)
    expect(pages).toEqual(names)
    expect(await subject.find('many')).toEqual(names.slice(0, 20))
    expect(await subject.registry.search(subject.wendy, { text: 'many', from: 300 })).toEqual({
      total: 300,
      packages: [],
    })
    expect(await subject.find('many', { size: 0 })).toEqual([])
  })

  it('is not looked for with more words than anybody types', async () => {
    const words = Array.from({ length: 21 }, (_, n) => `word${n}`)
    expect(await refusal(subject.find(words.join(' ')))).toBe('invalid_request')
    expect(await subject.find(words.slice(1).join(' '))).toEqual([])
  })
})

describe('who may not read a package', () => {
  beforeEach(async () => {
    for (const name of ['@acme/a', '@acme/c', '@open/b', '@closed/a', '@closed/d', 'e'])
      await subject.publish(name, { description: 'thing' })
  })

  it('does not find it, nor count it, on any page', async () => {
    const page = (from: number) => subject.registry.search(subject.rita, { text: 'thing', from, size: 2 })
    expect(await subject.find('thing', { as: subject.rita })).toEqual(['@acme/a', '@acme/c', '@open/b'])
    expect([(await page(0)).total, (await page(2)).total]).toEqual([3, 3])
    expect((await page(2)).packages.map(({ name }) => name)).toEqual(['@open/b'])
    expect(await subject.find('', { as: subject.rita })).toHaveLength(3)
    expect(await subject.find('@closed', { as: subject.rita })).toEqual([])
    expect(await subject.find('@closed/a', { as: subject.rita })).toEqual([])
    expect(await subject.find('thing', { as: subject.sam })).toEqual([])
    expect(await subject.registry.search(undefined, { text: '' })).toEqual({ total: 0, packages: [] })
    expect(await subject.find('thing')).toHaveLength(6)
  })

  it('is not told of it by what is guessed', async () => {
    await subject.publish('@open/project-zebro')
    expect(await subject.find('zebra', { as: subject.rita })).toEqual(['@open/project-zebro'])
    await subject.publish('@closed/project-zebra')
    expect(await subject.find('zebra', { as: subject.rita })).toEqual(['@open/project-zebro'])
    expect(await subject.find('zebra')).toEqual(['@closed/project-zebra'])
  })

  it('gets no answer while nobody can say so', async () => {
    subject.authorizer.setReachable(false)
    expect(await refusal(subject.find('thing'))).toBe('unavailable')
    subject.authorizer.setReachable(true)
    expect(await subject.find('thing')).toHaveLength(6)
  })

  it('does not find it in the list of changes', async () => {
    subject.clock.advance(1000)
    await subject.publish('@closed/late')
    const { packages, updated } = await subject.registry.listChanged(subject.rita)
    expect(await namesOf(packages)).toEqual(['@acme/a', '@acme/c', '@open/b'])
    expect(updated).toBe(Date.parse('2024-01-01T00:00:00.000Z'))
  })
})

describe('what may be read', () => {
  it('is asked about no further when one answer fails to come', async () => {
    await fill(subject.metadata, 300)
    let asked = 0
    subject.authorizer.decide = async () => {
      if (++asked === 10) throw new Error('the line is cut')
      return { outcome: 'granted', reason: 'all may' }
    }
    await expect(subject.find('many')).rejects.toThrow('cut')
    await new Promise((resolve) => setImmediate(resolve))
    expect(asked).toBeLessThan(100)
  })

  it('is decided in turns with everything else, however fast each answer comes', async () => {
    await fill(subject.metadata, 100)
    await subject.find('many')
    let [now, turns] = [0, 0]
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now)
    subject.authorizer.decide = async () => {
      now++
      return { outcome: 'granted', reason: 'all may' }
    }
    let next = setImmediate(function turn() {
      turns++
      next = setImmediate(turn)
    })
    await subject.find('many')
    clearImmediate(next)
    clock.mockRestore()
    expect(turns).toBeGreaterThan(20)
  })
})

describe('the list of changes', () => {
  it('has what changed at that time or later, by name, and when the newest change was', async () => {
    const start = subject.clock().getTime()
    await subject.publish('@acme/c')
    await subject.publish('@acme/a')
    subject.clock.advance(1000)
    await subject.publish('@acme/b')
    await subject.registry.setDistTags(subject.wendy, asName('@acme/a'), { beta: '1.0.0' })
    const changed = async (since?: number) => {
      const { packages, updated } = await subject.registry.listChanged(subject.wendy, since)
      return [updated - start, ...(await namesOf(packages))]
    }
    expect(await changed()).toEqual([1000, '@acme/a', '@acme/b', '@acme/c'])
    expect(await changed(start)).toEqual([1000, '@acme/a', '@acme/b', '@acme/c'])
    expect(await changed(start + 1)).toEqual([1000, '@acme/a', '@acme/b'])
    expect(await changed(start + 1000)).toEqual([1000, '@acme/a', '@acme/b'])
    expect(await changed(start + 1001)).toEqual([1001])
  })
})

async function namesOf(packages: AsyncIterable<Listing>): Promise<string[]> {
  const names: string[] = []
  for await (const { name } of packages) names.push(name)
  return names
}
