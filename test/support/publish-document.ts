import { createHash } from 'node:crypto'
import { makeTarball, type PackageSource } from './tarball.ts'

export { makeTarball } from './tarball.ts'

/** The body of a publish as npm 7 and newer send it. */
export interface PublishBody {
  _id: string
  name: string
  description?: string
  'dist-tags': Record<string, string>
  versions: Record<string, Record<string, unknown>>
  access: string | null
  _attachments: Record<string, { content_type: string; data: string; length: number }>
  [member: string]: unknown
}

export interface PublishBodySource extends PackageSource {
  /** `latest` where none is named. */
  readonly tag?: string
  /** The bytes to send, `makeTarball` of the same source where none are given. */
  readonly tarball?: Uint8Array
  /** Members that replace the ones above, at the document's root. */
  readonly [override: string]: unknown
}

/** The body of a `PUT /:pkg` that publishes one version, its digests right; `overrides` can make it lie. */
export function publishDocument(source: PublishBodySource): PublishBody {
  const { name, version, tag = 'latest', files, extra, tarball, ...overrides } = source
  const bytes = tarball ?? makeTarball(source)
  const file = `${name}-${version}.tgz`
  return {
    _id: name,
    name,
    'dist-tags': { [tag]: version },
    versions: {
      [version]: {
        name,
        version,
        ...extra,
        _id: `${name}@${version}`,
        _nodeVersion: '20.20.2',
        _npmVersion: '10.9.9',
        dist: {
          integrity: integrityOf(bytes),
          shasum: createHash('sha1').update(bytes).digest('hex'),
          // As npm writes it, whatever the registry's own scheme is; a registry ignores it.
          tarball: `http://registry.test/${name}/-/${file}`,
        },
      },
    },
    access: null,
    _attachments: {
      [file]: {
        content_type: 'application/octet-stream',
        data: Buffer.from(bytes).toString('base64'),
        length: bytes.length,
      },
    },
    ...overrides,
  }
}

/** `sha512-…`, as in `dist.integrity` and in lockfiles. */
export function integrityOf(bytes: Uint8Array): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`
}
