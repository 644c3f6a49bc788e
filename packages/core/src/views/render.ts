import type { PackageName } from '../model/package-name.ts'
import { type Head, type PublishedVersion, publishedVersions, type VersionRow } from '../model/packument.ts'
import { tarballFile } from '../model/tarball-file.ts'

/*
 * A package's rows → the documents that clients read, as JSON text, in three parts: an opening, the members of
 * `versions`, and behind them all that changes with every change. Stored manifests are joined as they are: parsing and
 * writing 500 of them again would take longer than everything else together.
 */

/**
 * The packument: what npm 10 to 12 and yarn berry ask for on every install, and all clients before they change it. The
 * abbreviated one is what installers ask for.
 */
export type PackageDocument = 'packument' | 'abbreviated'

/** What a document begins with, whatever is in it. */
export function opening(name: PackageName): string {
  return `{${member('name', name)},"versions":{`
}

/** The members of `versions`, with commas between them. */
export function versionMembers(
  rows: readonly VersionRow[],
  document: PackageDocument,
  name: PackageName,
  base: string,
): string {
  const manifest = document === 'packument' ? 'manifest' : 'abbreviated'
  const members = publishedVersions(rows).map(
    (row) => `${JSON.stringify(row.version)}:${renderManifest(row, row[manifest], name, base)}`,
  )
  return members.join(',')
}

/** What of the latest manifest the packument repeats at its root. */
const ROOT_FIELDS = [
  'description',
  'homepage',
  'keywords',
  'repository',
  'author',
  'contributors',
  'bugs',
  'license',
]

/**
 * What of a packument comes behind its versions.
 *
 * @param times the members of `time`: every version that ever was, as clients tell from it that a number is taken
 * @param latest the row that the tag points at, and whose manifest is repeated in part
 */
export function closePackument(
  head: Head,
  times: string,
  latest: VersionRow | undefined,
  readme: string,
): string {
  const root = latest?.kind === 'published' ? pick(JSON.parse(latest.manifest), ROOT_FIELDS) : {}
  return close([
    member('_id', head.name),
    member('_rev', head.revision),
    ...Object.entries(root).map(([key, value]) => member(key, value)),
    member('dist-tags', head.distTags),
    timeMember(head, times),
    // npm prints an email that is missing as `<undefined>`.
    member(
      'maintainers',
      head.maintainers.map(({ name, email = '' }) => ({ name, email })),
    ),
    member('users', Object.fromEntries(head.stars.map((user) => [user, true]))),
    member('readme', readme),
  ])
}

/** The same of an abbreviated one, with `time`, which pnpm 11 and 12 would otherwise fetch the whole packument for. */
export function closeAbbreviated(head: Head, times: string): string {
  return close([
    member('dist-tags', head.distTags),
    timeMember(head, times),
    member('modified', head.modified),
  ])
}

/** One version's manifest. */
export function renderVersion(row: PublishedVersion, name: PackageName, base: string): string {
  return renderManifest(row, row.manifest, name, base)
}

/** Where this registry serves a tarball. Unescaped, scope and all: npm builds its unpublish request from this path. */
function tarballUrl(name: PackageName, version: string, base: string): string {
  return `${base}/${name}/-/${tarballFile(name, version)}`
}

function renderManifest(row: PublishedVersion, manifest: string, name: PackageName, base: string): string {
  const { integrity, shasum, fileCount, unpackedSize } = row.tarball
  const dist = { integrity, shasum, tarball: tarballUrl(name, row.version, base), fileCount, unpackedSize }
  const deprecated = row.deprecated === undefined ? '' : `,${member('deprecated', row.deprecated)}`
  return `${manifest.slice(0, -1)}${deprecated},${member('dist', dist)}}`
}

function timeMember({ created, modified }: Head, times: string): string {
  return `"time":{${member('created', created)},${member('modified', modified)},${times}}`
}

function close(members: readonly string[]): string {
  return `},${members.join(',')}}`
}

function pick(manifest: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    fields.filter((field) => Object.hasOwn(manifest, field)).map((field) => [field, manifest[field]]),
  )
}

function member(key: string, value: unknown): string {
  return `${JSON.stringify(key)}:${JSON.stringify(value)}`
}
