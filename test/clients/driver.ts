import type { Client } from './clients.ts'

/** Arguments of a client. */
export type Arguments = readonly string[]

/** What a client has a command for; a member that is absent is a command that it lacks. */
export interface Commands {
  /** Run in every new project, before anything else. */
  readonly prepare?: Arguments
  readonly publish?: (tag?: string) => Arguments
  readonly add: (spec: string) => Arguments
  /** Writes the lockfile, where installing does not. */
  readonly lock?: Arguments
  /** Installs what the lockfile says. */
  readonly restore: Arguments
  /** Shows a package's versions. */
  readonly view?: (name: string) => Arguments
  readonly listTags?: (name: string) => Arguments
  readonly addTag?: (name: string, version: string, tag: string) => Arguments
  readonly removeTag?: (name: string, tag: string) => Arguments
  readonly deprecate?: (spec: string, message: string) => Arguments
  readonly undeprecate?: (spec: string) => Arguments
  readonly unpublish?: (spec: string) => Arguments
  readonly unpublishAll?: (name: string) => Arguments
  readonly whoami?: Arguments
  readonly ping?: Arguments
  readonly search?: (text: string) => Arguments
  readonly login?: Arguments
  readonly logout?: Arguments
}

/** A tarball as the registry serves it. */
export interface ServedTarball {
  readonly url: string
  readonly bytes: Buffer
  /** `sha512-…` of the bytes. */
  readonly integrity: string
}

/** Where the registry is, and with what token it is asked; nobody has logged in yet where there is none. */
export interface Access {
  readonly registry: URL
  readonly token: string | undefined
}

/** Path → content. */
export type Files = Readonly<Record<string, string>>

/** How the clients of one family are configured and spoken to. */
export interface Driver {
  commands(client: Client): Commands
  /** Files that name the registry and the token, switch retries off, and allow versions that are seconds old. */
  config(client: Client, access: Access): { readonly home?: Files; readonly project?: Files }
  /** Variables that this family needs. */
  env?(client: Client): Readonly<Record<string, string>>
  /** The lockfile's name, and what it must contain for a tarball that it pins. */
  lockfile(client: Client): { readonly file: string; proof(tarball: ServedTarball): string | Buffer }
  /** Whether a publish over a version says which one: npm 2 to 9 replace the registry's text by one of their own. */
  namesTakenVersion(client: Client): boolean
  /** What an install of a deprecated version shows: its message, that it is deprecated, or nothing. */
  showsDeprecation(client: Client): 'message' | 'fact' | 'nothing'
}

/** `.npmrc` lines that npm, yarn 1, pnpm and bun all read. */
export function npmrc({ registry, token }: Access, ...lines: readonly string[]): string {
  const auth = token === undefined ? [] : [`//${registry.host}/:_authToken=${token}`]
  return [`registry=${registry.href}`, ...auth, ...lines, ''].join('\n')
}
