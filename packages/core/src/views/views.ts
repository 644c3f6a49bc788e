import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { LRUCache } from 'lru-cache'
import { RegistryError } from '../errors.ts'
import { type Head, hasVersions } from '../model/packument.ts'
import type { Revision } from '../model/revision.ts'
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

/** Bytes that a kept view takes beside its own, as the process grows by them: objects, and the room between them. */
const OVERHEAD = 2000

/** How often a view is rendered anew because the package changed while it was being read. */
const MAX_ATTEMPTS = 10

/**
 * Renders views on the first request after a change, each once however many ask for it, and keeps them.
 *
 * @param maxBytes bytes of views that are kept
 */
export function createViews(metadata: MetadataStore, maxBytes: number): Views {
  const baseTags = new LRUCache<string, string>({ max: 1000 })
  const underWay = new Map<string, Promise<View>>()
  const rendered = new LRUCache<string, View>({
    maxSize: maxBytes,
    sizeCalculation: (view, key) => view.bytes.length + key.length + OVERHEAD,
  })

  async function render(head: Head, request: ViewRequest): Promise<View> {
    const { text, revision } = await renderAtOneRevision(metadata, head, request)
    const plain = Buffer.from(text)
    const bytes = request.encoding === 'gzip' ? await compress(plain, { level: GZIP_LEVEL }) : plain
    return { bytes: alone(bytes), etag: etag({ revision }, request) }
  }

  function etag({ revision }: Pick<Head, 'revision'>, { document, encoding, base }: ViewRequest): string {
    const kind = typeof document === 'string' ? document : `v${document.version}`
    return `"${revision}-${kind}-${encoding}-${baseTag(base)}${FORMAT}"`
  }

  /** Clients may choose the base, so nobody may be able to find two with one tag. */
  function baseTag(base: string): string {
    const known = baseTags.get(base)
    if (known !== undefined) return known
    const tag = createHash('sha256').update(base).digest('hex').slice(0, 32)
    baseTags.set(base, tag)
    return tag
  }

  return {
    etag,
    async get(head, request) {
      const key = `${head.name} ${etag(head, request)}`
      const view = rendered.get(key) ?? underWay.get(key)
      if (view !== undefined) return view
      const rendering = render(head, request).finally(() => underWay.delete(key))
      underWay.set(key, rendering)
      const result = await rendering
      rendered.set(key, result)
      return result
    },
  }
}

/** In memory of its own: what Node has for small buffers is shared by several, and stays as long as one of them does. */
function alone(bytes: Buffer): Buffer {
  if (bytes.length === bytes.buffer.byteLength) return bytes
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}

interface Rendered {
  readonly text: string
  readonly revision: Revision
}

/** What is read piece by piece is of one revision when the package has the same one before and after. */
async function renderAtOneRevision(
  metadata: MetadataStore,
  before: Head,
  request: ViewRequest,
): Promise<Rendered> {
  let head = before
  for (let attempt = 1; ; attempt++) {
    const rendered = await renderText(metadata, head, request)
    const after = await metadata.head(head.name)
    if (after === undefined || after.revision === rendered.revision || attempt === MAX_ATTEMPTS)
      return rendered
    head = after
  }
}

async function renderText(
  metadata: MetadataStore,
  { name, revision }: Head,
  { document, base }: ViewRequest,
): Promise<Rendered> {
  if (typeof document === 'object') {
    const row = await metadata.version(name, document.version)
    if (row?.kind === 'published') return { text: renderVersion(row, name, base), revision }
    throw new RegistryError('gone', `${name}@${document.version} was unpublished while it was being read`)
  }
  const loaded = await metadata.load(name)
  if (loaded === undefined || !hasVersions(loaded.head)) {
    throw new RegistryError('not_found', `${name} was unpublished while it was being read`)
  }
  if (document === 'abbreviated') {
    return { text: renderAbbreviated(loaded, base), revision: loaded.head.revision }
  }
  const readme = (await metadata.readme(name)) ?? ''
  return { text: renderPackument(loaded, readme, base), revision: loaded.head.revision }
}
