import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { createAskedBefore } from '../asked-before.ts'
import { RegistryError } from '../errors.ts'
import type { PackageName } from '../model/package-name.ts'
import type { Head } from '../model/packument.ts'
import type { Revision } from '../model/revision.ts'
import type { MetadataChange, MetadataStore } from '../ports/metadata-store.ts'
import { createSlabs, MAX_PIECE, type Piece, type Slabs } from '../slabs.ts'
import { compress, joinPieces, unpackPieces } from './gzip-pieces.ts'
import { createPackuments } from './packuments.ts'
import { type PackageDocument, renderVersion } from './render.ts'

/** A document that is derived from a package's rows, in the bytes that are sent. */
export interface View {
  /** Strong: two views with one ETag have the same bytes. With its quotes. */
  readonly etag: string
  readonly bytes: Uint8Array
  /** The state of the package that it shows. */
  readonly revision: Revision
}

export interface ViewRequest {
  readonly document: PackageDocument | { readonly version: string }
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
  /** To be called after every commit, so that of a large package only what has changed is rendered. */
  committed(change: MetadataChange, revision: Revision): void
}

/** Part of every ETag: raise it when the same rows come to be rendered to other bytes. */
const FORMAT = 4

/** Bytes that a kept view takes beside its own, as the process grows by them: objects, and the room between them. */
const OVERHEAD = 2500

/** What a byte that is kept takes, with the garbage and the room that are left beside it. */
const BYTE = 2.5

/** How much of what is kept are the parts of large packuments, for the next time that they are rendered. */
const SHARE_OF_PARTS = 1 / 4

/**
 * Renders views on the first request after a change, each once however many ask for it, and keeps them.
 *
 * Compressed views are made of parts, and what is not compressed is unpacked from them.
 *
 * @param maxBytes bytes of views, and of parts of them, that are kept
 * @param slabs where small views are kept
 */
export function createViews(
  metadata: MetadataStore,
  maxBytes: number,
  slabs: Slabs = createSlabs(maxBytes),
): Views {
  const baseTags = new LRUCache<string, string>({ max: 1000 })
  const underWay = new Map<string, Promise<View>>()
  const packuments = createPackuments(metadata, Math.ceil(maxBytes * SHARE_OF_PARTS))
  // Whoever reads everything once leaves the room to what is in use.
  const askedBefore = createAskedBefore()
  const rendered = new LRUCache<string, Kept>({
    maxSize: Math.ceil(maxBytes * (1 - SHARE_OF_PARTS)),
    sizeCalculation: ({ bytes }, key) => Math.ceil(BYTE * bytes.length) + key.length + OVERHEAD,
    dispose: (kept) => letGo(kept),
  })

  async function render(head: Head, request: ViewRequest): Promise<View> {
    const { bytes, revision } = await renderBytes(head, request)
    return { bytes, revision, etag: etag({ revision }, request) }
  }

  async function renderBytes(head: Head, { document, encoding, base }: ViewRequest): Promise<Rendered> {
    if (encoding === 'identity') {
      const { bytes, revision } = await get(head, { document, encoding: 'gzip', base })
      return { bytes: await unpackPieces(bytes), revision }
    }
    if (typeof document === 'string') return packuments.render(head.name, document, base)
    return renderOneVersion(metadata, head.name, document.version, base)
  }

  async function get(head: Head, request: ViewRequest): Promise<View> {
    const key = `${head.name} ${kindOf(request)}`
    const present = rendered.get(key)
    if (present?.revision === head.revision) return viewOf(present)
    const keyNow = `${key} ${head.revision}`
    // What was kept until it changed, or is asked for again, is in use.
    const isInUse = present !== undefined || askedBefore(keyNow)
    const view = await (underWay.get(keyNow) ?? begin(keyNow, head, request))
    if (isInUse) keep(key, view)
    return view
  }

  function keep(key: string, { etag, revision, bytes }: View): void {
    const kept = { etag, revision, bytes: bytes.length > MAX_PIECE ? bytes : slabs.keep(bytes) }
    rendered.set(key, kept)
    if (rendered.peek(key) !== kept) letGo(kept)
  }

  function letGo({ bytes }: Kept): void {
    if (!(bytes instanceof Uint8Array)) slabs.free(bytes)
  }

  function viewOf({ etag, revision, bytes }: Kept): View {
    return { etag, revision, bytes: bytes instanceof Uint8Array ? bytes : slabs.bytes(bytes) }
  }

  function begin(keyNow: string, head: Head, request: ViewRequest): Promise<View> {
    const rendering = render(head, request).finally(() => underWay.delete(keyNow))
    underWay.set(keyNow, rendering)
    return rendering
  }

  function etag({ revision }: Pick<Head, 'revision'>, request: ViewRequest): string {
    // Joined, not pieced together: V8 would keep all the pieces, as long as the view.
    return ['"', revision, '-', kindOf(request), '"'].join('')
  }

  function kindOf({ document, encoding, base }: ViewRequest): string {
    const kind = typeof document === 'string' ? document : `v${document.version}`
    return `${kind}-${encoding}-${baseTag(base)}${FORMAT}`
  }

  /** Clients may choose the base, so nobody may be able to find two with one tag. */
  function baseTag(base: string): string {
    const known = baseTags.get(base)
    if (known !== undefined) return known
    const tag = createHash('sha256').update(base).digest('hex').slice(0, 32)
    baseTags.set(base, tag)
    return tag
  }

  return { etag, get, committed: packuments.committed }
}

/** A view as it is kept. */
interface Kept extends Pick<View, 'etag' | 'revision'> {
  readonly bytes: Uint8Array | Piece
}

type Rendered = Pick<View, 'bytes' | 'revision'>

async function renderOneVersion(
  metadata: MetadataStore,
  name: PackageName,
  version: string,
  base: string,
): Promise<Rendered> {
  const rendered = await metadata.read(name, async ({ head, rows }) => {
    const [row] = await rows([version])
    if (row?.kind !== 'published') return undefined
    return { bytes: joinPieces([await compress(renderVersion(row, name, base))]), revision: head.revision }
  })
  if (rendered !== undefined) return rendered
  throw new RegistryError('gone', `${name}@${version} was unpublished while it was being read`)
}
