import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { loadTestSupport } from './test-support.mjs'

const KB = 1000
const MB = 1000 * KB

/** What every server has before anything is measured: package → its versions, each with the bytes in its tarball. */
export const seeds = [
  { name: '@acme/small', versions: numbered(3), size: 10 * KB },
  { name: '@acme/large', versions: numbered(500), size: KB },
  { name: '@acme/tarball-10kb', versions: ['1.0.0'], size: 10 * KB },
  { name: '@acme/tarball-1mb', versions: ['1.0.0'], size: MB },
  { name: '@acme/tarball-50mb', versions: ['1.0.0'], size: 50 * MB },
  { name: '@acme/grown-500', versions: numbered(500), size: KB },
  { name: '@acme/grown-1000', versions: numbered(1000), size: KB },
]

/** `count` versions, oldest first. */
export function numbered(count) {
  return Array.from({ length: count }, (_, n) => `1.0.${n}`)
}

/** Makes what is published: bodies as npm sends them, the same bytes in every run. `close` ends what it needs for that. */
export async function openFixtures() {
  const support = await loadTestSupport('publish-document', 'noise', 'tarball')

  /** A publish of one version; `size` is that of a file in its tarball which does not compress. */
  function publication(name, version, size = 10 * KB) {
    const extra = manifestOf(version)
    const files = { 'index.js': support.noise(`${name}@${version}`, size) }
    const tarball = size < MB ? undefined : storedTarball({ name, version, extra, files })
    const document = support.publishDocument({ name, version, extra, files, ...(tarball && { tarball }) })
    return { name, version, document, body: Buffer.from(JSON.stringify(document)) }
  }

  /** Compressing hundreds of megabytes of noise would take longer than all that is measured with them. */
  function storedTarball({ name, version, extra, files }) {
    const entries = Object.entries({ 'package.json': JSON.stringify({ name, version, ...extra }), ...files })
    const archive = entries.flatMap(([path, content]) => {
      const bytes = Buffer.from(content)
      return [support.tarHeader(path, bytes.length), bytes, support.tarPadding(bytes.length)]
    })
    return gzipSync(Buffer.concat([...archive, support.TAR_END]), { level: 0 })
  }

  return {
    publication,

    /** The same in a file, so that the sender of a large one needs no memory. */
    async publicationFile(folder, name, version, size) {
      const { document } = publication(name, version, size)
      const path = join(folder, `${name.replace('/', '+')}-${version}.json`)
      const [before, after] = aroundData(document)
      const [{ data }] = Object.values(document._attachments)
      const file = await open(path, 'w')
      // JSON.stringify and one Buffer would be several copies of it at a time.
      for (const piece of [before, data, after]) await file.write(piece)
      const { size: length } = await file.stat()
      await file.close()
      return { name, version, path, length }
    },

    close: support.close,
  }
}

function aroundData(document) {
  const [[file, attachment]] = Object.entries(document._attachments)
  const placed = { ...document, _attachments: { [file]: { ...attachment, data: 'PLACE-OF-THE-DATA' } } }
  return JSON.stringify(placed).split('PLACE-OF-THE-DATA')
}

/** What package.json of a library that is in use has beside name and version: some 3 KB, of which 0.5 KB are new each time. */
export function manifestOf(version) {
  const changing = createHash('sha512').update(version).digest()
  const ranges = (prefix, count) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, n) => [
        `@acme/${prefix}-${n}`,
        `^${n}.${changing[n]}.${changing[63 - n]}`,
      ]),
    )
  return {
    description: 'A library for benchmarks, described in about as many words as libraries are',
    keywords: ['benchmark', 'registry', 'packument', 'tarball'],
    gitHead: changing.toString('hex', 0, 20),
    homepage: 'https://acme.example/benchmarks#readme',
    bugs: { url: 'https://acme.example/benchmarks/issues' },
    repository: {
      type: 'git',
      url: 'git+https://acme.example/benchmarks.git',
      directory: 'packages/library',
    },
    license: 'MIT',
    author: { name: 'Alice Example', email: 'alice@acme.example' },
    contributors: Array.from({ length: 5 }, (_, n) => ({
      name: `Person ${n}`,
      email: `person-${n}@acme.example`,
    })),
    main: './index.js',
    types: './index.d.ts',
    exports: { '.': { types: './index.d.ts', import: './index.mjs', require: './index.js' } },
    engines: { node: '>=18' },
    scripts: {
      build: 'tsc -b && node scripts/bundle.mjs',
      test: 'node --test',
      prepublishOnly: 'npm run build',
    },
    dependencies: ranges('dependency', 20),
    peerDependencies: ranges('peer', 3),
    devDependencies: ranges('development-dependency', 30),
  }
}
