import type { PackageName } from '@nmr/core'
import type { Listing } from '../../src/search/listing.ts'
import type { Found } from '../../src/search/search-index.ts'
import type { SearchQuery } from '../../src/search/search-query.ts'
import { facetsOf, termsOf, weights } from '../../src/search/terms.ts'

interface Known {
  readonly listing: Listing
  readonly terms: ReadonlyMap<string, number>
  readonly facets: ReadonlySet<string>
}

/** What a search index is to find, by looking at every word of every package. */
export function createNaiveIndex() {
  const packages = new Map<PackageName, Known>()
  return {
    set(name: PackageName, listing: Listing | undefined): void {
      if (listing === undefined) packages.delete(name)
      else packages.set(name, { listing, terms: termsOf(listing), facets: facetsOf(listing) })
    },
    find(query: SearchQuery, slack: 0 | 1): readonly Found[] {
      return [...packages.values()].flatMap((known) => foundFor(known, query, slack))
    },
    changedSince(time: number): readonly Found[] {
      const all = Array.from(packages.values(), ({ listing }) => found(listing, 0))
      return all.filter(({ modified }) => modified >= time)
    },
  }
}

function foundFor(known: Known, { text, words, anyOf, noneOf }: SearchQuery, slack: 0 | 1): Found[] {
  const { listing, terms, facets } = known
  const fits = anyOf.every((group) => group.some((facet) => facets.has(facet)))
  if (!fits || noneOf.some((facet) => facets.has(facet))) return []
  const worth = words.map((word) => worthOf(terms, word, slack))
  if (worth.includes(0)) return []
  const isNamesake = text !== '' && listing.name.endsWith(`/${text}`)
  const extra = listing.name === text ? 200_000 : isNamesake ? 100_000 : 0
  return [found(listing, extra + worth.reduce((sum, each) => sum + each, 0))]
}

function found({ name, modified, repository }: Listing, score: number): Found {
  return { name, modified: Date.parse(modified), score, ...(repository && { repository }) }
}

/** What the best of its words is worth, 0 when none is near. */
function worthOf(terms: ReadonlyMap<string, number>, word: string, slack: 0 | 1): number {
  let best = 0
  for (const [term, place] of terms) {
    const isBeginning = word.length >= 2 && term.startsWith(word)
    const isNear = isBeginning || (slack === 1 && word.length >= 4 && isOneLetterFrom(term, word))
    const factor = term === word ? 2 : isNear ? 1 : 0
    best = Math.max(best, factor * (weights[place] ?? 0))
  }
  return best
}

function isOneLetterFrom(one: string, other: string): boolean {
  const [longer, shorter] = [[...one], [...other]].sort((a, b) => b.length - a.length) as [string[], string[]]
  if (longer.length - shorter.length > 1 || shorter.length < 3) return false
  return longer.some((_, left) => {
    const rest = longer.toSpliced(left, 1).join('')
    return (
      rest === shorter.join('') ||
      (longer.length === shorter.length && rest === shorter.toSpliced(left, 1).join(''))
    )
  })
}
