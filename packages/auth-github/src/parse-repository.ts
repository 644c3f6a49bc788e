/** A repository as a manifest names it: claimed by whoever publishes, not yet looked at. */
export interface NamedRepository {
  readonly owner: string
  readonly name: string
}

/** Why a `repository` field names no repository, in words that tell its author what to write. */
export interface Unreadable {
  readonly problem: string
}

const NAME = String.raw`(?<owner>[\w-]{1,100})/(?<name>[\w.-]{1,100})`
const HOST = String.raw`(?<host>[A-Za-z\d.-]+(?::\d{1,5})?)`

/** The forms that npm's documentation and npm itself write. Each must match as a whole; nothing is decoded. */
const forms = [
  new RegExp(`^(?:github:)?${NAME}$`),
  new RegExp(`^(?:git\\+)?https://${HOST}/${NAME}/?$`),
  new RegExp(`^git\\+ssh://git@${HOST}[/:]${NAME}$`),
  new RegExp(`^git@${HOST}:${NAME}$`),
]

/** Where `owner/name` and `github:owner/name` point to, whatever host a registry trusts. */
const SHORTHAND_HOST = 'github.com'

/**
 * Reads a manifest's `repository` field: text, or an object with `url` (its `directory` says nothing about who
 * may publish). The host must be `host` letter for letter, capitals aside, and nothing may be hidden around it: no
 * user, no query, no fragment, no escapes. It is matched and never parsed as a URL, so that no two readings of it exist.
 */
export function parseRepository(field: unknown, host: string): NamedRepository | Unreadable {
  const text = typeof field === 'object' && field !== null ? urlOf(field) : field
  if (typeof text !== 'string') return { problem: `"repository" names no repository; ${hint(host)}` }
  const match = forms.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined)
  const shown = JSON.stringify(text.slice(0, 200))
  if (match === undefined) return { problem: `"repository" ${shown} cannot be read; ${hint(host)}` }
  const { owner = '', name: nameAsWritten = '', host: claimedHost = SHORTHAND_HOST } = match
  if (claimedHost.toLowerCase() !== host.toLowerCase()) {
    return {
      problem: `"repository" ${shown} is on ${claimedHost}, and this registry asks ${host}; ${hint(host)}`,
    }
  }
  const name = nameAsWritten.replace(/\.git$/, '')
  if (/^\.*$/.test(name)) return { problem: `"repository" ${shown} cannot be read; ${hint(host)}` }
  return { owner, name }
}

/** Whether a field was read. */
export function isNamed(parsed: NamedRepository | Unreadable): parsed is NamedRepository {
  return 'owner' in parsed
}

function urlOf(field: object): unknown {
  const { type = 'git', url } = field as { readonly type?: unknown; readonly url?: unknown }
  return type === 'git' ? url : undefined
}

function hint(host: string): string {
  return `write "repository": "https://${host}/OWNER/NAME" in package.json`
}
