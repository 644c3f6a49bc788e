import { RegistryError } from '../errors.ts'
import { wordsOf } from './terms.ts'

/** What somebody looks for, as the index takes it. */
export interface SearchQuery {
  /** All of the free text, in lower case: a package of exactly this name comes first. */
  readonly text: string
  /** Each must be found, at least as the beginning of a word. */
  readonly words: readonly string[]
  /** Of each group, a package must have one. See `facetsOf`. */
  readonly anyOf: readonly (readonly string[])[]
  /** A package must have none of these facets. */
  readonly noneOf: readonly string[]
}

/** More words than anybody types; each costs a look through the index. */
const MAX_WORDS = 20

/** A qualifier with its value, in quotes where it holds spaces; or a word. */
const PART = /[a-z-]+:"[^"]*"|\S+/g

/** The qualifiers that choose by what a package has → the facet that says so. */
const FACETS: ReadonlyMap<string, string> = new Map([
  ['scope', 'scope'],
  ['keywords', 'keyword'],
  ['keyword', 'keyword'],
  ['maintainer', 'maintainer'],
  ['maintainers', 'maintainer'],
  ['author', 'author'],
])

/** Qualifiers of the public registry that weigh what is known there and not here. */
const WEIGHTS = /^(?:boost-exact|(?:quality|popularity|maintenance)-weight)$/

/**
 * Reads the text of a search as people write it: free words, `@scope`, and the qualifiers `scope:`, `keywords:a,b`
 * (either), `maintainer:`, `author:`, `is:` and `not:` with `deprecated` or `unstable`; other states than these two
 * are known of no package and say nothing. What only looks like a qualifier is free text.
 *
 * @throws RegistryError `invalid_request` for too many words
 */
export function parseSearchText(text: string): SearchQuery {
  const free: string[] = []
  const anyOf: string[][] = []
  const noneOf: string[] = []

  for (const part of text.toLowerCase().match(PART) ?? []) {
    const scope = /^@([^/\s]+)\/?$/.exec(part)?.[1]
    const [, key = '', value = ''] = /^([a-z-]+):"?([^"]+)/.exec(part) ?? []
    const facet = FACETS.get(key)
    const isState = /^(?:deprecated|unstable)$/.test(value)
    if (scope !== undefined) anyOf.push([`scope:${scope}`])
    else if (facet !== undefined) anyOf.push(valuesOf(value).map((one) => `${facet}:${one}`))
    else if (key === 'is') anyOf.push(...(isState ? [[`is:${value}`]] : []))
    else if (key === 'not') noneOf.push(...(isState ? [`is:${value}`] : []))
    else if (!WEIGHTS.test(key)) free.push(part)
  }

  const words = [...new Set(wordsOf(free.join(' ')))]
  if (words.length > MAX_WORDS)
    throw new RegistryError('invalid_request', `search for at most ${MAX_WORDS} words at a time`)
  return { text: free.join(' '), words, anyOf, noneOf }
}

/** `a,b` and, for scopes, `@a`. */
function valuesOf(list: string): readonly string[] {
  return list.split(',').map((value) => value.trim().replace(/^@/, ''))
}
