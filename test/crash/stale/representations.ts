import { integrityOf } from '../../support/publish-document.ts'
import type { Packument, PackumentVersion } from '../../support/registry-client.ts'
import type { Shown, Value } from './model.ts'

/** A request that a reader repeats, and what its answers show. */
export interface Representation {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** @throws Error for an answer that is none */
  shown(status: number, body: Buffer): Shown
}

/** How the things that writers change are called in the model: a version is `''`, `fine`, `deprecated: …` or `unpublished`. */
export const keyOf = {
  version: (version: string) => `version ${version}`,
  tag: (tag: string) => `tag ${tag}`,
  star: (user: string) => `star ${user}`,
}

export const ABBREVIATED = 'application/vnd.npm.install-v1+json'

export function packument(name: string, headers: Readonly<Record<string, string>>): Representation {
  const hasStars = headers.accept !== ABBREVIATED
  return {
    path: escaped(name),
    headers,
    shown(status, body) {
      if (status === 404)
        return { keys: 'all', fits: (key, value) => key.startsWith('star ') || isAbsent(value) }
      const found: Packument & { readonly users?: object } = parsed(status, body)
      return {
        keys: 'all',
        fits(key, value) {
          const [kind, what = ''] = key.split(' ')
          if (kind === 'tag') return (found['dist-tags'][what] ?? '') === value
          if (kind === 'star')
            return !hasStars || Object.hasOwn(found.users ?? {}, what) === (value === 'starred')
          const version = found.versions[what]
          return version === undefined ? isAbsent(value) : stateOf(version) === value
        },
      }
    },
  }
}

export function versionDocument(
  name: string,
  version: string,
  headers: Readonly<Record<string, string>>,
): Representation {
  return {
    path: `${escaped(name)}/${version}`,
    headers,
    shown: (status, body) => only(keyOf.version(version), missing[status] ?? stateOf(parsed(status, body))),
  }
}

/** The version that a tag points at, as pnpm 12 asks for it. */
export function taggedDocument(
  name: string,
  tag: string,
  headers: Readonly<Record<string, string>>,
): Representation {
  return {
    path: `${escaped(name)}/${tag}`,
    headers,
    shown(status, body) {
      if (missing[status] !== undefined) return only(keyOf.tag(tag), '')
      const found: PackumentVersion & { readonly version: string } = parsed(status, body)
      return only(keyOf.tag(tag), found.version)
    },
  }
}

export function distTags(name: string): Representation {
  return {
    path: `/-/package${escaped(name)}/dist-tags`,
    headers: {},
    shown(status, body) {
      const tags: Readonly<Record<string, string>> = status === 404 ? {} : parsed(status, body)
      return {
        keys: 'all',
        fits: (key, value) => !key.startsWith('tag ') || (tags[key.slice('tag '.length)] ?? '') === value,
      }
    },
  }
}

/** @param integrity of the bytes that were published */
export function tarball(name: string, version: string, integrity: string): Representation {
  return {
    path: `/${name}/-/${name.slice(name.indexOf('/') + 1)}-${version}.tgz`,
    headers: {},
    shown(status, body) {
      const key = keyOf.version(version)
      if (missing[status] !== undefined) return only(key, missing[status])
      if (status !== 200 || integrityOf(body) !== integrity) throw unexpected(status, body)
      return { keys: [key], fits: (_, value) => !isAbsent(value) }
    },
  }
}

/** What a status says of a version. */
const missing: Readonly<Record<number, Value>> = { 404: '', 410: 'unpublished' }

function only(key: string, shown: Value): Shown {
  return { keys: [key], fits: (_, value) => value === shown }
}

/** Not yet, or no longer: a packument does not tell which. */
function isAbsent(value: Value): boolean {
  return value === '' || value === 'unpublished'
}

function stateOf({ deprecated }: PackumentVersion): Value {
  return deprecated === undefined ? 'fine' : `deprecated: ${deprecated}`
}

function parsed<Document>(status: number, body: Buffer): Document {
  if (status !== 200) throw unexpected(status, body)
  return JSON.parse(body.toString())
}

function unexpected(status: number, body: Buffer): Error {
  return new Error(`${status}: ${body.toString('latin1', 0, 300)}`)
}

function escaped(name: string): string {
  return `/${name.replace('/', '%2f')}`
}
