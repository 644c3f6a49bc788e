import { LATEST, taggedVersion } from '../model/dist-tag.ts'
import type { PackageName } from '../model/package-name.ts'
import type { Head, Maintainer, PublishedVersion, Timestamp } from '../model/packument.ts'
import type { GoverningRepository } from '../model/repository.ts'
import type { MetadataStore } from '../ports/metadata-store.ts'

/** What a search shows of a package: its latest version, in few words. */
export interface Listing {
  readonly name: PackageName
  /** The one that `latest` points at. */
  readonly version: string
  /** At most 500 characters of it; empty when there is none. */
  readonly description: string
  readonly keywords: readonly string[]
  readonly author?: Maintainer
  readonly publisher?: Maintainer
  readonly maintainers: readonly Maintainer[]
  /** Names of the people who starred it. */
  readonly stars: readonly string[]
  /** Web addresses, each with http or https. */
  readonly links: Readonly<Partial<Record<'homepage' | 'repository' | 'bugs', string>>>
  /** When the version was published. */
  readonly date: Timestamp
  /** When anything of the package changed last. */
  readonly modified: Timestamp
  readonly distTags: Head['distTags']
  readonly isDeprecated: boolean
  /** The repository whose permissions decide. */
  readonly repository?: GoverningRepository
}

/*
 * The words of all listings are kept in memory, and manifests hold what their authors like: what is longer than any
 * screen shows is cut off.
 */
const MAX_DESCRIPTION = 500
const MAX_KEYWORDS = 50
const MAX_WORD = 100
const MAX_URL = 500

/** A package's listing as it is now; `undefined` when it has no version that can be installed. */
export async function readListing(metadata: MetadataStore, name: PackageName): Promise<Listing | undefined> {
  const head = await metadata.head(name)
  const latest = head && taggedVersion(head.distTags, LATEST)
  if (head === undefined || latest === undefined) return undefined
  const row = await metadata.version(name, latest)
  // Unpublished after the head was read: then the commit that did so has this package read again.
  return row?.kind === 'published' ? listingOf(head, row) : undefined
}

function listingOf(head: Head, row: PublishedVersion): Listing {
  const manifest: Readonly<Record<string, unknown>> = JSON.parse(row.manifest)
  const author = personFrom(manifest.author)
  const publisher = personFrom(manifest._npmUser) ?? personFrom(row.publishedBy)
  return {
    name: head.name,
    version: row.version,
    description: textFrom(manifest.description, MAX_DESCRIPTION),
    keywords: keywordsFrom(manifest.keywords),
    ...(author && { author }),
    ...(publisher && { publisher }),
    maintainers: head.maintainers,
    stars: head.stars,
    links: linksFrom(manifest),
    date: row.published,
    modified: head.modified,
    distTags: head.distTags,
    isDeprecated: row.deprecated !== undefined,
    ...(head.repository && { repository: head.repository }),
  }
}

function textFrom(value: unknown, maxLength: number): string {
  return typeof value === 'string' ? value.trim().slice(0, maxLength) : ''
}

/** A list, or one text of words with commas or spaces between them, as old packages have it. */
function keywordsFrom(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : textFrom(value, 1000).split(/[,\s]+/)
  const words = list.slice(0, MAX_KEYWORDS).map((word) => textFrom(word, MAX_WORD))
  return [...new Set(words.filter((word) => word !== ''))]
}

/** `{ name, email }`, or npm's short form of it: `Ann Lee <ann@example.com> (https://ann.example)`. */
function personFrom(value: unknown): Maintainer | undefined {
  if (typeof value === 'string') {
    const [, name, email] = /^([^<(]*)(?:<([^>]*)>)?/.exec(value.slice(0, 3 * MAX_WORD)) ?? []
    return personFrom({ name, email })
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { name, email } = value as { readonly name?: unknown; readonly email?: unknown }
  const person = { name: textFrom(name, MAX_WORD), email: textFrom(email, MAX_WORD) }
  if (person.name === '') return undefined
  return person.email === '' ? { name: person.name } : person
}

function linksFrom({ homepage, repository, bugs }: Readonly<Record<string, unknown>>): Listing['links'] {
  const links = { homepage: webAddress(homepage), repository: webAddress(repository), bugs: webAddress(bugs) }
  return Object.fromEntries(Object.entries(links).filter(([, url]) => url !== undefined))
}

/** Of a URL, or of an object with one; `git+https://host/repo.git` becomes the page that people can open. */
function webAddress(value: unknown): string | undefined {
  const url = typeof value === 'object' && value !== null && 'url' in value ? value.url : value
  const text = textFrom(url, MAX_URL).replace(/^git\+(?=https?:)/, '')
  return /^https?:\/\/[^\s]+$/.test(text) ? text.replace(/\.git$/, '') : undefined
}
