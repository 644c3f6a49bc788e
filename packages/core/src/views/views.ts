import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { LRUCache } from 'lru-cache'
import { RegistryError } from '../errors.ts'
import type { PackageName } from '../model/package-name.ts'
import { type Head, hasVersions } from '../model/packument.ts'
import type { MetadataStore } from '../ports/metadata-store.ts'
import { renderAbbreviated, renderPackument, renderVersion } from './render.ts'

/** A document that is derived from a package's rows, in the bytes that are sent. */
export interface View {
  /** Strong: two views with one ETag have the same bytes. With its quotes. */
  readonly etag: string
  readonly bytes: Uint8Array
}

export interface ViewRequest {
  readonly document: 'packument' | 'abbreviated' | { readonly version: string }
  readonly encoding: ContentEncoding
  /** The registry's address as the client knows it, without a slash at its end: tarball URLs start with it. */
  readonly base: string
}

export type ContentEncoding = 'identity' | 'gzip'

export interface Views {
  /** The ETag of a view that need not have been rendered yet. */
  etag(head: Head, request: ViewRequest): string
  /** The view at `head`'s revision or, when the package has changed meanwhile, at a later one. */
  get(head: Head, request: ViewRequest): Promise<View>
}

/** Part of every ETag: raise it when the same rows come to be rendered to other bytes. */
const FORMAT = 2

/** Level 1 is nearly as small as level 6 on packuments, and several times faster. */
const GZIP_LEVEL = 1

const compress = promisify(gzip)

/**
 * Renders views on the first request after a change, each once however many ask for it, and keeps them.
 *
 * @param maxBytes bytes of views that are kept
 */
export function createViews(metadata: MetadataStore, maxBytes: number): Views {
  const baseTags = new LRUCache<string, string>({ max: 100 })
  const cache = new LRUCache<string, View, { head: Head; request: ViewRequest }>({
    maxSize: maxBytes,
    sizeCalculation: (view, key) => view.bytes.length + key.length,
    fetchMethod: (_key, _stale, { context }) => render(context.head, context.request),
  })

  async function render(head: Head, request: ViewRequest): Promise<View> {
    const { text, revision } = await renderText(metadata, head, request)
    const plain = Buffer.from(text)
    const bytes = request.encoding === 'gzip' ? await compress(plain, { level: GZIP_LEVEL }) : plain
    return { bytes, etag: etag({ ...head, revision }, request) }
  }

  function etag(head: Head, { document, encoding, base }: ViewRequest): string {
    const kind = typeof document === 'string' ? document : `v${document.version}`
    return `"${head.revision}-${kind}-${encoding}-${baseTag(base)}${FORMAT}"`
  }

  function baseTag(base: string): string {
    const known = baseTags.get(base)
    if (known !== undefined) return known
    const tag = createHash('sha256').update(base).digest('hex').slice(0, 8)
    baseTags.set(base, tag)
    return tag
  }

  return {
    etag,
    get: (head, request) =>
      cache.forceFetch(`${head.name} ${etag(head, request)}`, { context: { head, request } }),
  }
}

async function renderText(
  metadata: MetadataStore,
  head: Head,
  { document, base }: ViewRequest,
): Promise<{ readonly text: string; readonly revision: Head['revision'] }> {
  if (typeof document === 'object') {
    const row = await metadata.version(head.name, document.version)
    if (row?.kind !== 'published') throw goneMeanwhile(head.name)
    return { text: renderVersion(row, head.name, base), revision: head.revision }
  }
  const loaded = await metadata.load(head.name)
  if (loaded === undefined || !hasVersions(loaded.head)) throw goneMeanwhile(head.name)
  const { revision } = loaded.head
  if (document === 'abbreviated') return { text: renderAbbreviated(loaded, base), revision }
  return { text: renderPackument(loaded, (await metadata.readme(head.name)) ?? '', base), revision }
}

function goneMeanwhile(name: PackageName): RegistryError {
  return new RegistryError('gone', `${name} was unpublished while it was being read`)
}
