import type { PackageName } from '../model/package-name.ts'
import { createPace } from '../pace.ts'
import type { Principal, Subject } from '../ports/authorizer.ts'
import { type Listing, readListing } from '../search/listing.ts'
import { ranked } from '../search/ranked.ts'
import type { Found } from '../search/search-index.ts'
import { parseSearchText } from '../search/search-query.ts'
import type { Context } from './context.ts'

export interface SearchRequest {
  /** Words and qualifiers, see `parseSearchText`; empty for all packages. */
  readonly text: string
  /** How many of the best to leave out; 0 by default. */
  readonly from?: number | undefined
  /** At most so many, and never more than 250; 20 by default. */
  readonly size?: number | undefined
}

export interface SearchResult {
  /** How many packages were found, of which `packages` are a page. */
  readonly total: number
  /** The best first; of equals, by name. */
  readonly packages: readonly Listing[]
}

export interface ChangedPackages {
  /** When the newest change was made, in milliseconds since 1970; what was asked for when there is none. */
  readonly updated: number
  /** By name; each is read when it is asked for. */
  readonly packages: AsyncIterable<Listing>
}

const DEFAULT_SIZE = 20
const MAX_SIZE = 250

/** Decisions that are waited for at a time. */
const AT_A_TIME = 32

/**
 * Finds hosted packages that have a version and that the caller may read; others count nowhere. Words with a letter
 * wrong are looked for when nothing else was found.
 *
 * @throws RegistryError `invalid_request`, `unavailable`
 */
export async function search(
  context: Context,
  caller: Principal | undefined,
  { text, from = 0, size = DEFAULT_SIZE }: SearchRequest,
): Promise<SearchResult> {
  const query = parseSearchText(text)
  const index = await context.searchIndex.current()
  let found = await readableOf(context, caller, index.find(query, 0))
  // Decided by what the caller may read: a package that is hidden shows by no guess that was not made, either.
  if (found.length === 0 && query.words.length > 0)
    found = await readableOf(context, caller, index.find(query, 1))
  const end = from + Math.min(size, MAX_SIZE)
  const packages: Listing[] = []
  for await (const listing of listings(context, ranked(found, end).slice(from, end))) packages.push(listing)
  return { total: found.length, packages }
}

/**
 * Lists the packages that the caller may read and that have changed at `since` or later, in milliseconds since 1970.
 *
 * @throws RegistryError `unavailable`
 */
export async function listChanged(
  context: Context,
  caller: Principal | undefined,
  since = 0,
): Promise<ChangedPackages> {
  const index = await context.searchIndex.current()
  const found = ranked(await readableOf(context, caller, index.changedSince(since)))
  return {
    packages: listings(context, found),
    updated: found.reduce((newest, { modified }) => Math.max(newest, modified), since),
  }
}

/**
 * The packages that somebody starred and that the caller may read, by name.
 *
 * @throws RegistryError `unavailable`
 */
export async function listStarred(
  context: Context,
  caller: Principal | undefined,
  user: string,
): Promise<readonly PackageName[]> {
  const index = await context.searchIndex.current()
  const query = { text: '', words: [], anyOf: [[`starred:${user.toLowerCase()}`]], noneOf: [] }
  return ranked(await readableOf(context, caller, index.find(query, 0))).map(({ name }) => name)
}

/** What there is to show of each. */
async function* listings(
  { metadata }: Context,
  found: readonly Found[],
): AsyncGenerator<Listing, undefined, undefined> {
  for (const { name } of found) {
    const listing = await readListing(metadata, name)
    // It may have been unpublished a moment ago.
    if (listing !== undefined) yield listing
  }
}

/** Of what was found, what the caller may read. */
async function readableOf(
  { authorizer }: Context,
  caller: Principal | undefined,
  found: IterableIterator<Found>,
): Promise<readonly Found[]> {
  const readable: Found[] = []
  const pace = createPace()
  await Promise.all(
    Array.from({ length: AT_A_TIME }, async () => {
      // Ends for all of them when one fails.
      for (const each of found) {
        const { outcome } = await authorizer.decide(caller, 'read', listedSubject(each))
        if (outcome === 'granted') readable.push(each)
        // Authorizers that know the answer let nobody else have a turn.
        const turn = pace()
        if (turn !== undefined) await turn
      }
    }),
  )
  return readable
}

/** As `subjectOf`, and written out: it is made for each of thousands. */
function listedSubject({ name, repository }: Found): Subject {
  return repository === undefined ? { name, listed: true } : { name, repository, listed: true }
}
