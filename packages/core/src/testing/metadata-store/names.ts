import assert from 'node:assert/strict'
import { type PackageName, parsePackageName } from '../../model/package-name.ts'
import type { MetadataStore, NameRange } from '../../ports/metadata-store.ts'
import { collect } from '../conformance.ts'
import { sampleHead, sampleTombstone } from '../samples.ts'
import { commitVersions, type MetadataTest } from './steps.ts'

/** Ascending by code unit, and chosen so that other orders and careless ranges give something else. */
const sorted = [
  '@acm/widget',
  '@acme-labs/widget',
  '@acme.x/widget',
  '@acme/Widget',
  '@acme/a',
  '@acme/a-b',
  '@acme/a.b',
  '@acme/a_b',
  '@acme/ab',
  '@acme/~z',
  '@acme0/widget',
  '@acmes/widget',
  'Zebra',
  'acme',
  'zebra',
].map(parsePackageName)

/** `names` gives every package once, in order, and no more than was asked for. */
export function namesTests(test: MetadataTest): void {
  const listing = (title: string, range: NameRange | undefined, expected: readonly string[]) =>
    test(title, async ({ store }) => {
      await fill(store)
      assert.deepEqual(await collect(store.names(range)), expected)
    })
  const ofAcme = sorted.filter((name) => name.startsWith('@acme/'))

  test('an empty store has none', async ({ store }) => {
    assert.deepEqual(await collect(store.names()), [])
  })

  listing('all of them come once, ascending by code unit', undefined, sorted)
  listing('a scope gives the names of that scope only', { scope: '@acme' }, ofAcme)
  listing('a scope that nothing belongs to gives none', { scope: '@ac' }, [])
  listing('after a name come only those behind it', { after: at(4) }, sorted.slice(5))
  listing('after takes a name that is not there', { after: parsePackageName('@acme/a0') }, sorted.slice(7))
  listing('after the last name comes none', { after: at(-1) }, [])
  listing('a limit gives the first so many', { limit: 3 }, sorted.slice(0, 3))
  listing('a limit of 0 gives none', { limit: 0 }, [])
  listing(
    'scope, after and limit hold together',
    { scope: '@acme', after: at(4), limit: 2 },
    sorted.slice(5, 7),
  )
  listing('a scope that starts behind after comes whole', { scope: '@acme', after: at(0) }, ofAcme)
  listing('a scope that ends before after gives none', { scope: '@acme', after: at(10) }, [])

  test('pages, each after the last name of the one before, give every name once', async ({ store }) => {
    await fill(store)
    const seen: PackageName[] = []
    for (;;) {
      const after = seen.at(-1)
      const page = await collect(store.names({ limit: 4, ...(after && { after }) }))
      if (page.length === 0) break
      seen.push(...page)
    }
    assert.deepEqual(seen, sorted)
  })

  test('a package whose versions are all unpublished is still there', async ({ store }) => {
    const name = parsePackageName('@acme/gone')
    const put = [sampleTombstone('1.0.0')]
    await store.commit({ name, expected: 'absent', head: sampleHead({ distTags: {} }), put })
    assert.deepEqual(await collect(store.names()), [name])
  })

  test('a reader may stop in the middle', async ({ store }) => {
    await fill(store)
    for await (const name of store.names()) {
      assert.equal(name, sorted[0])
      break
    }
  })
}

async function fill(store: MetadataStore): Promise<void> {
  await Promise.all(sorted.toReversed().map((name) => commitVersions(store, name, ['1.0.0'], 'read me')))
}

function at(index: number): PackageName {
  return sorted.at(index) ?? assert.fail(`there is no name ${index}`)
}
