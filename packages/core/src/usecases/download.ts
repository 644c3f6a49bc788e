import { Readable } from 'node:stream'
import { RegistryError } from '../errors.ts'
import type { PackageName } from '../model/package-name.ts'
import type { PublishedVersion, Timestamp } from '../model/packument.ts'
import { versionOfTarballFile } from '../model/tarball-file.ts'
import type { Principal } from '../ports/authorizer.ts'
import type { OpenOptions, OpenTarball } from '../ports/tarball-store.ts'
import type { Elsewhere } from '../ports/upstream.ts'
import type { Context } from './context.ts'
import { isElsewhere, publishedRow, readableHead } from './readable.ts'
import type { Standing } from './standing.ts'

/** A tarball that the caller may download, before its bytes are touched. */
export interface Download extends Pick<PublishedVersion, 'version'> {
  readonly kind: 'tarball'
  /** Bytes. */
  readonly size: number
  readonly integrity: string
  readonly shasum: string
  readonly published: Timestamp
  readonly standing: Standing
  /** @throws RegistryError `tarball_missing` */
  open(options?: OpenOptions): Promise<OpenTarball>
}

/** @throws RegistryError `not_found`, `gone` for an unpublished version, and as `assertPermitted` */
export async function download(
  context: Context,
  caller: Principal | undefined,
  { name, file }: { readonly name: PackageName; readonly file: string },
): Promise<Download | Elsewhere> {
  const found = await readableHead(context, caller, name, { kind: 'tarball', file })
  if (isElsewhere(found)) return found
  const version = versionOfTarballFile(name, file)
  if (version === undefined)
    throw new RegistryError('not_found', `${name} has no tarball called ${file.slice(0, 300)}`)
  const { tarball, published } = await publishedRow(context, name, version)
  const { size, integrity, shasum } = tarball
  return {
    kind: 'tarball',
    version,
    size,
    integrity,
    shasum,
    published,
    standing: found.standing,
    async open(options = {}) {
      const { range } = options
      const opened = await context.tarballs.open(tarball.key, options)
      const isWhole = range === undefined || opened?.kind === 'file'
      if (opened !== undefined) return asPromised(opened, isWhole ? size : range.end - range.start + 1)
      // It may have been unpublished, or published over, a moment ago.
      const row = await publishedRow(context, name, version)
      if (row.tarball.key !== tarball.key)
        throw new RegistryError('unavailable', 'published over; try again', { retryAfter: 1 })
      throw new RegistryError(
        'tarball_missing',
        `the tarball of ${name}@${version} is missing from the store`,
      )
    },
  }
}

/** What was promised to the client has to come: a store that has other bytes has not got the tarball. */
function asPromised(opened: OpenTarball, size: number): OpenTarball {
  if (opened.kind === 'redirect' || opened.size === size) return opened
  if (opened.kind === 'stream' && opened.body instanceof Readable) opened.body.destroy()
  throw new RegistryError('tarball_missing', `the store has ${opened.size} bytes in the place of ${size}`)
}
