import { RegistryError } from '../errors.ts'
import { LATEST, parseDistTag } from './dist-tag.ts'
import { assertDigests, type DeclaredDigests } from './integrity.ts'
import { parseSentManifest, type SentManifest } from './manifest.ts'
import type { PackageName } from './package-name.ts'
import type { ReceivedTarball } from './received-tarball.ts'
import { inspectTarball, type TarballContents } from './tarball-contents.ts'
import { isAttachmentOf } from './tarball-file.ts'
import { parseVersion } from './version.ts'

/** What a client hands in to have one version published. Nothing of it is trusted. */
export interface Submission {
  readonly name: PackageName
  readonly document: PublishDocument
  readonly tarball: ReceivedTarball
  /** How the document refers to the tarball; absent where there is no such reference. */
  readonly attachment?: Attachment
}

/** An entry of `_attachments`, without its data. */
export interface Attachment {
  /** Its key, such as `@acme/x-1.0.0.tgz`. */
  readonly key: string
  /** Bytes, as the client counted them. */
  readonly length?: unknown
}

/** The document of a publish, as all clients send it; `versions` may hold more than the version that is new. */
export interface PublishDocument {
  readonly name: string
  readonly versions: Readonly<Record<string, unknown>>
  readonly 'dist-tags'?: Readonly<Record<string, string>>
  readonly readme?: unknown
}

/** A submission that has been checked through: all that it says of itself is so. */
export interface Publication {
  readonly name: PackageName
  readonly version: string
  readonly manifest: SentManifest
  /** At least one. */
  readonly tags: readonly string[]
  readonly readme: string
  readonly tarball: ReceivedTarball
  readonly contents: TarballContents
}

/** Characters of a readme that are kept, as many as the public registry keeps. */
const MAX_README = 64 * 1024

/**
 * The version that a submission says it is of. After a 409, npm 9 and older send all versions there are: the new one is
 * the one whose tarball came along.
 *
 * @throws RegistryError `invalid_request`, and where that takes a look into the tarball, as `inspectTarball`
 */
export async function versionOf({ document, tarball }: Submission, maxUnpackedSize: number): Promise<string> {
  const [version, ...others] = Object.keys(document.versions)
  if (version !== undefined && others.length === 0) return parseVersion(version)
  return parseVersion((await inspectTarball(tarball, maxUnpackedSize)).version)
}

/**
 * Holds what a client says against its tarball: the name in the request, the document, the manifest, the attachment
 * and the package.json inside must be one, and so must the version, the digests and the size.
 *
 * @param version of `versionOf`
 * @throws RegistryError `invalid_request`, `invalid_tarball`, `too_large`
 */
export async function parsePublication(
  submission: Submission,
  version: string,
  maxUnpackedSize: number,
): Promise<Publication> {
  const { name, document, tarball, attachment } = submission
  if (document.name !== name) throw differs(`the document is for ${shown(document.name)}`, name)
  const contents = await inspectTarball(tarball, maxUnpackedSize)
  if (contents.name !== name) throw differs(`the tarball's package.json is for ${shown(contents.name)}`, name)
  if (contents.version !== version || !Object.hasOwn(document.versions, version)) {
    const sent = Object.keys(document.versions).slice(0, 5).join(', ') || 'no version'
    throw differs(
      `the tarball's package.json says version ${contents.version}, the document ${shown(sent)}`,
      name,
    )
  }
  const manifest = parseSentManifest(document.versions[version], name, version)
  if (attachment !== undefined) assertAttachment(name, version, attachment, tarball)
  assertDigests(distOf(manifest), tarball, `${name}@${version}`)
  return {
    name,
    version,
    manifest,
    tags: tagsFor(document, version),
    readme: readmeOf(document, manifest),
    tarball,
    contents,
  }
}

function assertAttachment(
  name: PackageName,
  version: string,
  { key, length }: Attachment,
  { size }: ReceivedTarball,
): void {
  if (!isAttachmentOf(name, version, key)) {
    throw differs(`the attachment is called ${shown(key)}, which is not a tarball of ${version}`, name)
  }
  if (length !== undefined && length !== size) {
    throw new RegistryError(
      'invalid_tarball',
      `the attachment of ${name}@${version} has ${size} bytes, not ${shown(length)}`,
    )
  }
}

function distOf({ dist }: SentManifest): DeclaredDigests {
  return typeof dist === 'object' && dist !== null ? dist : {}
}

/** The tags that the document gives to this version; a merged document's other tags are not the publisher's to move. */
function tagsFor(document: PublishDocument, version: string): readonly string[] {
  const tags = Object.entries(document['dist-tags'] ?? {}).filter(([, target]) => target === version)
  return tags.length === 0 ? [LATEST] : tags.map(([tag]) => parseDistTag(tag))
}

function readmeOf(document: PublishDocument, manifest: SentManifest): string {
  const readme = document.readme ?? manifest.readme
  return typeof readme === 'string' ? readme.slice(0, MAX_README) : ''
}

function differs(problem: string, name: PackageName): RegistryError {
  return new RegistryError('invalid_request', `this is not a publish of ${name}: ${problem}`)
}

function shown(value: unknown): string {
  return JSON.stringify(String(value).slice(0, 100))
}
