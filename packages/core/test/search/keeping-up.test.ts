import type { MetadataStore } from '@nmr/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { asName, refusal } from '../support.ts'
import { createSearchSubject, fill, type SearchSubject } from './support.ts'

const x = asName('@acme/x')

let subject: SearchSubject
let reads: string[]
let beforeHead: (name: string) => Promise<void>
let afterHead: () => Promise<void>
let afterCommit: () => void

beforeEach(async () => {
  reads = []
  beforeHead = async () => {}
  afterHead = async () => {}
  afterCommit = () => {}
  subject = await createSearchSubject(watched)
})

/** A store that says which heads are read, and lets something happen between. */
function watched(metadata: MetadataStore): MetadataStore {
  return {
    ...metadata,
    async head(name) {
      reads.push(name)
      await beforeHead(name)
      const head = await metadata.head(name)
      await afterHead()
      return head
    },
    async commit(change) {
      const revision = await metadata.commit(change)
      afterCommit()
      return revision
    },
  }
}

describe('a search that follows a change sees it, when that was', () => {
  beforeEach(async () => {
    await subject.publish('@acme/x', { description: 'first' })
    await subject.publish('@acme/y', { description: 'other' })
    expect(await subject.find('')).toEqual(['@acme/x', '@acme/y'])
  })

  it('a first version', async () => {
    await subject.publish('@acme/z', { description: 'third' })
    expect(await subject.find('third')).toEqual(['@acme/z'])
  })

  it('another version', async () => {
    await subject.publish('@acme/x', { description: 'second' }, '1.1.0')
    expect(await subject.find('first')).toEqual([])
    const { packages } = await subject.registry.search(subject.wendy, { text: 'second' })
    expect(packages).toMatchObject([{ name: '@acme/x', version: '1.1.0' }])
  })

  it('the tag latest, moved back', async () => {
    await subject.publish('@acme/x', { description: 'second' }, '1.1.0')
    expect(await subject.find('second')).toEqual(['@acme/x'])
    await subject.registry.setDistTags(subject.wendy, x, { latest: '1.0.0' })
    expect(await subject.find('second')).toEqual([])
    expect(await subject.find('first')).toEqual(['@acme/x'])
  })

  it('a deprecation', async () => {
    expect(await subject.find('not:deprecated')).toEqual(['@acme/x', '@acme/y'])
    await subject.registry.deprecate(subject.wendy, x, { messages: new Map([['1.0.0', 'use y']]) })
    expect(await subject.find('not:deprecated')).toEqual(['@acme/y'])
    expect(await subject.find('is:deprecated')).toEqual(['@acme/x'])
  })

  it('the latest version, unpublished', async () => {
    await subject.publish('@acme/x', { description: 'second' }, '1.1.0')
    await subject.registry.unpublish(subject.wendy, x, { versions: ['1.1.0'] })
    expect(await subject.find('second')).toEqual([])
    expect(await subject.find('first')).toEqual(['@acme/x'])
  })

  it('all of a package, unpublished', async () => {
    await subject.registry.unpublish(subject.wendy, x, { versions: 'all' })
    for (const text of ['', 'first', '@acme', 'maintainer:wendy'])
      expect(await subject.find(text)).not.toContain('@acme/x')
    await subject.publish('@acme/x', { description: 'again' }, '2.0.0')
    expect(await subject.find('again')).toEqual(['@acme/x'])
  })

  it('another owner', async () => {
    const document = { maintainers: [{ name: 'olga' }] }
    await subject.registry.writeDocument(subject.wendy, x, { document })
    expect(await subject.find('maintainer:olga')).toEqual(['@acme/x'])
    expect(await subject.find('maintainer:wendy')).toEqual(['@acme/y'])
  })

  it('a commit whose success nobody heard of', async () => {
    afterCommit = () => {
      throw new Error('the connection broke')
    }
    await expect(subject.publish('@acme/lost', { description: 'lost' })).rejects.toThrow('broke')
    expect(await subject.find('lost')).toEqual(['@acme/lost'])
  })

  it('many, without a search between', async () => {
    for (let n = 0; n < 150; n++) await subject.publish(`@acme/batch-${n}`)
    const { total } = await subject.registry.search(subject.wendy, { text: 'batch' })
    expect(total).toBe(150)
  })

  it('so many of them that most are read before anybody waits for it', async () => {
    for (let n = 0; n < 150; n++) await subject.publish(`@acme/batch-${n}`)
    await someTurns()
    reads = []
    await subject.find('nothing')
    expect(reads.length).toBeLessThan(64)
  })
})

describe('the index', () => {
  it('is made at the first search, not before', async () => {
    await fill(subject.metadata, 20)
    await subject.publish('@acme/x')
    reads = []
    expect(await subject.find('nothing')).toEqual([])
    expect(reads).toHaveLength(21)
    expect(await subject.find('many')).toHaveLength(20)
  })

  it('reads again what has changed, and nothing else', async () => {
    await fill(subject.metadata, 20)
    await subject.publish('@acme/x')
    await subject.find('many')
    await subject.publish('@acme/x', {}, '1.1.0')
    await subject.publish('@acme/x', {}, '1.2.0')
    reads = []
    await subject.find('nothing')
    await subject.find('nothing')
    expect(reads).toEqual(['@acme/x'])
  })

  it('does not lose what is committed while it is made', async () => {
    await fill(subject.metadata, 50)
    await subject.publish('@acme/many-0000', { description: 'soon gone' }, '0.9.0')
    const meanwhile = new Map([
      ['@acme/many-0000', () => subject.publish('@acme/many-0000', { description: 'behind' }, '2.0.0')],
      ['@acme/many-0025', () => subject.publish('@acme/many-0049', { description: 'ahead' }, '2.0.0')],
      ['@acme/many-0030', () => subject.publish('@acme/a-new-one', { description: 'behind' })],
      ['@acme/many-0031', () => subject.publish('@acme/z-new-one', { description: 'ahead' })],
      ['@acme/many-0040', () => unpublish('@acme/many-0001')],
    ])
    beforeHead = async (name) => {
      const change = meanwhile.get(name)
      meanwhile.delete(name)
      await change?.()
    }
    const unpublish = async (name: string) => {
      await subject.registry.unpublish(subject.wendy, asName(name), { versions: 'all' })
    }
    const [behind, ahead] = await Promise.all([subject.find('behind'), subject.find('ahead')])
    expect(behind).toEqual(['@acme/a-new-one', '@acme/many-0000'])
    expect(ahead).toEqual(['@acme/many-0049', '@acme/z-new-one'])
    expect(meanwhile.size).toBe(0)
    const { total } = await subject.registry.search(subject.wendy, { text: 'many' })
    expect(total).toBe(49)
  })

  it('takes the newer of two states, whichever was asked for first', async () => {
    await subject.publish('@acme/x', { description: 'old' })
    await subject.find('')
    await subject.publish('@acme/x', { description: 'middle' }, '1.1.0')
    const read = holdNextRead()
    const slow = subject.find('middle')
    await read.isUnderWay
    await subject.publish('@acme/x', { description: 'newest' }, '1.2.0')
    const next = subject.find('newest')
    await someTurns()
    read.goOn()
    await slow
    expect(await next).toEqual(['@acme/x'])
    expect(await subject.find('newest')).toEqual(['@acme/x'])
  })

  it('keeps no search from what another one is reading', async () => {
    await subject.publish('@acme/x', { description: 'old' })
    await subject.find('')
    await subject.publish('@acme/x', { description: 'new' }, '1.1.0')
    const read = holdNextRead()
    const slow = subject.find('new')
    await read.isUnderWay
    const other = subject.find('new')
    await someTurns()
    read.goOn()
    expect(await Promise.all([slow, other])).toEqual([['@acme/x'], ['@acme/x']])
  })

  it('lets everything else have its turn while it is made', async () => {
    await fill(subject.metadata, 2000)
    let turns = 0
    let isDone = false
    const count = () => {
      turns++
      if (!isDone) setImmediate(count)
    }
    setImmediate(count)
    await subject.find('many')
    isDone = true
    // One every few milliseconds.
    expect(turns).toBeGreaterThan(5)
  })

  it('is made anew after a fault of the store, and complete then', async () => {
    await fill(subject.metadata, 50)
    beforeHead = async (name) => {
      if (name === '@acme/many-0030') throw new Error('the disk is gone')
    }
    await expect(subject.find('many')).rejects.toThrow('the disk is gone')
    beforeHead = async () => {}
    expect((await subject.registry.search(subject.wendy, { text: 'many' })).total).toBe(50)
  })

  it('keeps in mind what it could not read, and reads it at the next search', async () => {
    await subject.publish('@acme/x', { description: 'before' })
    await subject.find('before')
    await subject.publish('@acme/x', { description: 'after' }, '1.1.0')
    beforeHead = async () => {
      throw new Error('the disk is gone')
    }
    await expect(subject.find('after')).rejects.toThrow('the disk is gone')
    beforeHead = async () => {}
    expect(await subject.find('after')).toEqual(['@acme/x'])
  })

  it('finds the same in the same order after a restart', async () => {
    for (const name of ['b', 'a', 'd', 'c']) await subject.publish(name, { description: 'shared words here' })
    await subject.find('')
    await subject.publish('a', { description: 'shared words here' }, '1.1.0')
    const before = await subject.find('shared words')
    const again = await createSearchSubject(() => subject.metadata)
    expect(await again.find('shared words')).toEqual(before)
    expect(before).toEqual(['a', 'b', 'c', 'd'])
  })

  it('does not make a refusal to publish anything else than a refusal', async () => {
    await subject.publish('@acme/x')
    await subject.find('')
    expect(await refusal(subject.publish('@acme/x'))).toBe('version_exists')
    expect(await subject.find('')).toEqual(['@acme/x'])
  })
})

/** Has the next head that is read arrive late. */
function holdNextRead(): { readonly isUnderWay: Promise<void>; goOn(): void } {
  let goOn = () => {}
  const held = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const isUnderWay = new Promise<void>((resolve) => {
    afterHead = async () => {
      afterHead = async () => {}
      resolve()
      await held
    }
  })
  return { isUnderWay, goOn: () => goOn() }
}

/** Lets everything go on that waits for nothing else. */
async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}
