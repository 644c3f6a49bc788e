import { parsePackageName } from '@nmr/core'
import { sampleHead, sampleVersion } from '@nmr/core/testing'
import { openLevelMetadataStore } from '@nmr/metadata-level'
import { createRandom, createWords } from '../words.mjs'

/** Packages that are committed side by side. */
const AT_ONCE = 250

/**
 * Writes packages into the database, past the server: publishing a hundred thousand would take hours. Nothing stands
 * behind their tarballs.
 *
 * @param packages how many, each with three versions
 * @returns their names
 */
export async function fillWithPackages(location, packages) {
  const word = createWords(createRandom(1))
  const names = Array.from({ length: packages }, (_, n) => `@acme/${word()}-${word()}-${n}`)
  await filling(location, async (store) => {
    for (let from = 0; from < packages; from += AT_ONCE) {
      const some = names.slice(from, from + AT_ONCE)
      await Promise.all(some.map((name) => commit(store, name, 3, word)))
    }
  })
  return names
}

/** Writes one package of that many versions. */
export async function fillWithVersions(location, name, versions) {
  const word = createWords(createRandom(1))
  await filling(location, (store) => commit(store, name, versions, word))
}

async function filling(location, work) {
  const store = await openLevelMetadataStore({ location })
  try {
    await work(store)
  } finally {
    await store.close()
  }
}

function commit(store, text, versions, word) {
  const name = parsePackageName(text)
  const put = Array.from({ length: versions }, (_, n) => row(name, `1.0.${n}`, word))
  const head = sampleHead({ distTags: { latest: `1.0.${versions - 1}` } })
  return store.commit({ name, expected: 'absent', head, put })
}

/** A manifest of about 1 KB. */
function row(name, version, word) {
  const dependencies = Object.fromEntries(Array.from({ length: 10 }, () => [`@acme/${word()}`, '^1.0.0']))
  const manifest = {
    name,
    version,
    description: `a library for ${Array.from({ length: 10 }, word).join(' ')}`,
    keywords: [word(), word(), word(), 'acme'],
    author: { name: `${word()} ${word()}`, email: `${word()}@acme.example` },
    license: 'MIT',
    dependencies,
    devDependencies: Object.fromEntries(Array.from({ length: 10 }, () => [`@acme/${word()}`, '^1.0.0'])),
    scripts: { build: 'tsc -b && node scripts/bundle.mjs', test: 'node --test' },
  }
  return sampleVersion(name, version, {
    manifest: JSON.stringify(manifest),
    abbreviated: JSON.stringify({ name, version, dependencies }),
  })
}
