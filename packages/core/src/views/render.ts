import semver from 'semver'
import { LATEST, taggedVersion } from '../model/dist-tag.ts'
import type { PackageName } from '../model/package-name.ts'
import {
  type Head,
  type Package,
  type PublishedVersion,
  publishedVersions,
  type VersionRow,
} from '../model/packument.ts'
import { tarballFile } from '../model/tarball-file.ts'

/*
 * A package's rows → the documents that clients read, as JSON text. Stored manifests are joined as they are:
 * parsing and writing 500 of them again would take longer than everything else together.
 */

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

/** The packument: what npm 10 to 12 and yarn berry ask for on every install, and all clients before they change it. */
export function renderPackument({ head, versions }: Package, readme: string, base: string): string {
  const rows = inOrder(versions)
  const latest = publishedVersions(rows).find(
    ({ version }) => version === taggedVersion(head.distTags, LATEST),
  )
  const root = latest === undefined ? {} : pick(JSON.parse(latest.manifest), ROOT_FIELDS)
  return object([
    member('_id', head.name),
    member('_rev', head.revision),
    member('name', head.name),
    ...Object.entries(root).map(([key, value]) => member(key, value)),
    member('dist-tags', head.distTags),
    versionsMember(rows, (row) => renderManifest(row, row.manifest, head.name, base)),
    member('time', times(head, rows)),
    // npm prints an email that is missing as `<undefined>`.
    member(
      'maintainers',
      head.maintainers.map(({ name, email = '' }) => ({ name, email })),
    ),
    member('users', Object.fromEntries(head.stars.map((user) => [user, true]))),
    member('readme', readme),
  ])
}

/** The abbreviated packument, with `time`, which pnpm 11 and 12 would otherwise fetch the whole packument for. */
export function renderAbbreviated({ head, versions }: Package, base: string): string {
  const rows = inOrder(versions)
  return object([
    member('name', head.name),
    member('dist-tags', head.distTags),
    versionsMember(rows, (row) => renderManifest(row, row.abbreviated, head.name, base)),
    member('time', times(head, rows)),
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

function versionsMember(rows: readonly VersionRow[], render: (row: PublishedVersion) => string): string {
  const members = publishedVersions(rows).map((row) => `${JSON.stringify(row.version)}:${render(row)}`)
  return `"versions":${object(members)}`
}

/** Every version that ever was: clients tell from it that a number is taken though the version is gone. */
function times(head: Head, rows: readonly VersionRow[]): Record<string, string> {
  const published = rows.map((row) => [row.version, row.published])
  return { created: head.created, modified: head.modified, ...Object.fromEntries(published) }
}

function inOrder(versions: readonly VersionRow[]): readonly VersionRow[] {
  return [...versions].sort((a, b) =>
    a.published === b.published ? semver.compare(a.version, b.version) : a.published < b.published ? -1 : 1,
  )
}

function pick(manifest: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    fields.filter((field) => Object.hasOwn(manifest, field)).map((field) => [field, manifest[field]]),
  )
}

function member(key: string, value: unknown): string {
  return `${JSON.stringify(key)}:${JSON.stringify(value)}`
}

function object(members: readonly string[]): string {
  return `{${members.join(',')}}`
}
