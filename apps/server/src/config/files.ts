import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { ConfigError } from './config-error.ts'
import { keys } from './schema.ts'
import type { Setting } from './setting.ts'
import { suggest } from './suggest.ts'

/** Where files are looked for. */
export interface Places {
  /** The working folder. */
  readonly cwd: string
  /** The user's home folder. */
  readonly home: string
  /** The machine's folder of settings, `/etc`. */
  readonly etc: string
}

/** A file that was asked for by name, and so must be there. */
export interface NamedFile {
  readonly path: string
  /** Who named it: an argument or a variable. */
  readonly source: string
}

/**
 * What the files set, those that win last: the machine's, the user's, the working folder's, the named one.
 *
 * @throws ConfigError
 */
export function readFiles({ cwd, home, etc }: Places, named: NamedFile | undefined): Setting[] {
  const usual = new Set([
    join(etc, 'nmrrc'),
    join(home, '.nmrrc'),
    join(cwd, '.nmrrc'),
    join(cwd, 'nmr.config.json'),
  ])
  const settings = [...usual].flatMap((file) => readSettings(file, read(file) ?? ''))
  if (named === undefined) return settings
  const file = resolve(cwd, named.path)
  const content = read(file)
  if (content === undefined) {
    throw new ConfigError(
      `${named.source} names ${file}, which is not there: the path of a JSON or YAML file is allowed`,
    )
  }
  return [...settings, ...readSettings(file, content)]
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new ConfigError(`${file} cannot be read (${code}): a JSON or YAML file is allowed`)
  }
}

function readSettings(file: string, content: string): Setting[] {
  const root = parse(file, content) ?? {}
  if (!isSection(root)) throw new ConfigError(`${file} must hold keys and their values, as JSON or YAML`)
  return flatten(file, root, '')
}

/** JSON is YAML too. The parser's own messages quote the file, which may hold secrets: only the place is told. */
function parse(file: string, content: string): unknown {
  const document = parseDocument(content.replace(/^\uFEFF/, ''), { logLevel: 'error' })
  const [error] = document.errors
  if (error !== undefined) {
    const place =
      error.linePos === undefined ? '' : ` at line ${error.linePos[0].line}, column ${error.linePos[0].col}`
    const hint = error.code === 'BAD_SCALAR_START' ? '; text that starts with @ or ` needs quotes' : ''
    throw new ConfigError(
      `${file} cannot be parsed: ${words(error.code)}${place}: JSON or YAML is allowed${hint}`,
    )
  }
  try {
    return document.toJS()
  } catch {
    throw new ConfigError(
      `${file} cannot be parsed: it refers to something that is not there: JSON or YAML is allowed`,
    )
  }
}

/** Keys may be nested (`server: { port }`) or dotted (`server.port`). */
function flatten(file: string, section: Readonly<Record<string, unknown>>, prefix: string): Setting[] {
  return Object.entries(section).flatMap(([name, value]): Setting[] => {
    const key = prefix + name
    const kind = keys.get(key)?.kind
    if (kind !== undefined) {
      if (isSection(value)) throw new ConfigError(`${file}: ${key}: must be ${kind.allowed}: it is a section`)
      return [{ key, value, source: file }]
    }
    const members = membersOf(key)
    if (members.length === 0)
      throw new ConfigError(
        `${file} sets ${JSON.stringify(key)}, which is no key${suggest(key, keys.keys())}`,
      )
    if (value === null) return []
    if (!isSection(value))
      throw new ConfigError(`${key} in ${file} must be a section with ${members.join(', ')}`)
    return flatten(file, value, `${key}.`)
  })
}

function membersOf(section: string): string[] {
  const prefix = `${section}.`
  const inside = [...keys.keys()].filter((key) => key.startsWith(prefix))
  return [...new Set(inside.map((key) => key.slice(prefix.length).replace(/\..*/, '')))]
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function words(code: string): string {
  return code.toLowerCase().replaceAll('_', ' ')
}
