import { isIP } from 'node:net'
import { parsePackageName } from '@nmr/core'
import { isHeaderPath } from './hand-over.ts'

/** One kind of value: what it may be, and how it is written as text in a variable, an argument or a file. */
export interface Format<T> {
  readonly name: string
  /** What is allowed; completes the sentence "must be …". */
  readonly allowed: string
  /** Reads text. What cannot be read comes back as it is, so that `accepts` refuses it. */
  readonly read: (text: string) => unknown
  readonly accepts: (value: unknown) => value is T
  /** Whether an argument without a value means `true`. */
  readonly bare?: boolean
}

/** `true` or `false`; as an argument the bare name means `true`. */
export const flag: Format<boolean> = {
  name: 'flag',
  allowed: 'true or false',
  read: (text) => readFlag(text),
  accepts: (value) => typeof value === 'boolean',
  bare: true,
}

/** Text that is not empty. */
export const text: Format<string> = {
  name: 'text',
  allowed: 'text that is not empty (in a file, quote what looks like a number)',
  read: (text) => text,
  accepts: (value): value is string => typeof value === 'string' && value !== '',
}

/** Text that may be empty. */
export const anyText: Format<string> = {
  name: 'any-text',
  allowed: 'text',
  read: (text) => text,
  accepts: (value) => typeof value === 'string',
}

/** A path; a relative one is meant from the working folder. */
export const path: Format<string> = {
  ...text,
  name: 'path',
  allowed: 'a path',
}

/** A path of another server, as it stands in a header; ends with a slash. */
export const headerPath: Format<string> = {
  name: 'header-path',
  allowed: 'a path that begins with /, in plain ASCII without %, ? and #',
  read: (text) => text.replace(/\/*$/, '/'),
  accepts: (value): value is string => typeof value === 'string' && isHeaderPath(value),
}

/** A host name with an optional port, without a scheme. */
export const host: Format<string> = {
  name: 'host',
  allowed: 'a host such as github.example.com, without http:// before it',
  read: (text) => text,
  accepts: (value): value is string => typeof value === 'string' && /^[\w.-]+(?::\d{1,5})?$/.test(value),
}

/** An address to listen on. */
export const listenHost: Format<string> = {
  name: 'listen-host',
  allowed: 'an IP address or a host name of this machine',
  read: (text) => text,
  accepts: (value): value is string =>
    typeof value === 'string' && (isIP(value) !== 0 || /^[a-z\d]([\w.-]*[a-z\d])?$/i.test(value)),
}

/** An absolute http(s) URL that paths can be appended to; ends without a slash. */
export const baseUrl: Format<string> = {
  name: 'base-url',
  allowed: 'an absolute http(s) URL without user, query or fragment, such as https://npm.example.com/_npm',
  read: (text) => text.replace(/\/+$/, ''),
  accepts: (value): value is string => {
    if (typeof value !== 'string' || /[\s?#@]/.test(value) || !URL.canParse(value)) return false
    return /^https?:\/\//i.test(value)
  },
}

/** Bytes: a number, or text with a unit of 1024. */
export const bytes: Format<number> = {
  name: 'bytes',
  allowed: 'a size above zero: bytes, or text such as 64kb, 512mb or 2gb',
  read: (text) => {
    const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?$/i.exec(text.trim()) ?? []
    return amount === undefined
      ? text
      : Math.floor(Number(amount) * 1024 ** ' kmgt'.indexOf(unit.toLowerCase() || ' '))
  },
  accepts: (value): value is number => Number.isSafeInteger(value) && Number(value) > 0,
}

/** A whole number within limits, both included. */
export function wholeNumber(name: string, least: number, most: number, unit = ''): Format<number> {
  return {
    name,
    allowed: `a whole number ${unit}from ${least} to ${most}`,
    read: (text) => (/^\d+$/.test(text.trim()) ? Number(text) : text),
    accepts: (value): value is number =>
      Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  }
}

/** One of a few words. */
export function oneOf<const W extends string>(name: string, words: readonly W[]): Format<W> {
  return {
    name,
    allowed: words.length === 1 ? `${words[0]}` : `one of ${words.join(', ')}`,
    read: (text) => text,
    accepts: (value): value is W => words.some((word) => word === value),
  }
}

/** Scopes, such as `@acme`; as text separated by commas. */
export const scopes: Format<readonly string[]> = {
  name: 'scopes',
  allowed: 'a list of scopes such as @acme,@other (in YAML, quote each)',
  read: readList,
  accepts: (value): value is string[] => Array.isArray(value) && value.every(isScope),
}

/** Scopes with the owners whose repositories may publish under them; as text separated by commas. */
export const scopeOwners: Format<readonly string[]> = {
  name: 'scope-owners',
  allowed: 'a list of scopes with owners such as @acme=acme-inc,@acme=acme-labs',
  read: readList,
  accepts: (value): value is string[] =>
    Array.isArray(value) && value.every((one) => typeof one === 'string' && /^@[^=\s]+=[\w.-]+$/.test(one)),
}

/** Any texts; as one text separated by commas. */
export const texts: Format<readonly string[]> = {
  name: 'texts',
  allowed: 'a list of texts',
  read: readList,
  accepts: (value): value is string[] =>
    Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== ''),
}

/**
 * What Fastify takes as `trustProxy`, but for a number of hops: Fastify has come to trust nobody then, since a
 * client that connects directly could send as many hops as it likes.
 */
export const trustProxy: Format<boolean | readonly string[]> = {
  name: 'trust-proxy',
  allowed: 'true, false, or a list of addresses such as 10.0.0.0/8,loopback',
  read: (text) => {
    const asFlag = readFlag(text)
    return typeof asFlag === 'boolean' ? asFlag : readList(text)
  },
  accepts: (value): value is boolean | string[] =>
    typeof value === 'boolean' || (Array.isArray(value) && value.length > 0 && value.every(isAddressRange)),
  bare: true,
}

function readFlag(text: string): unknown {
  const word = text.trim().toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : text
}

function readList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function isScope(value: unknown): boolean {
  if (typeof value !== 'string' || !/^@[^/]+$/.test(value)) return false
  try {
    parsePackageName(`${value}/name`)
    return true
  } catch {
    return false
  }
}

function isAddressRange(value: unknown): boolean {
  if (typeof value !== 'string') return false
  if (['loopback', 'linklocal', 'uniquelocal'].includes(value)) return true
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(value) ?? []
  const family = isIP(address)
  return family !== 0 && (bits === undefined || Number(bits) <= (family === 4 ? 32 : 128))
}
