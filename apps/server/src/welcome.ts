import { isIP } from 'node:net'
import { parsePackageName } from '@nmr/core'
import type { Config } from './config.ts'
import { version } from './version.ts'

/** What a person reads when the registry has started: where it is, and the two lines that point npm at it. */
export function welcome({ server, scopes, auth }: Config, port: number): string {
  const address = addressOf({ server }, port)
  const scope = scopes.hosted[0] ?? '@your-scope'
  // biome-ignore lint/suspicious/noTemplateCurlyInString: npm reads the variable
  const token = auth.type === 'none' ? 'anything' : '${GITHUB_TOKEN}'
  return `nmr ${version} listens on ${address}

Put these two lines into the .npmrc of a project to publish to it and install from it:

  ${scope}:registry=${address}
  ${address.replace(/^https?:/, '')}:_authToken=${token}

`
}

/** The registry's address, as clients on this machine may write it, with a slash at its end. */
export function addressOf({ server }: Pick<Config, 'server'>, port: number): string {
  return `${server.public_url ?? `http://${reachableHost(server.host)}:${port}`}/`
}

/** What an operator should know before somebody else finds out. */
export function warnings(config: Config, redirectsTo: string | undefined): readonly string[] {
  return [
    openDoor(config),
    anybodysScopes(config),
    sameHost(config, redirectsTo),
    packageAsPrefix(config),
  ].filter((warning) => warning !== undefined)
}

function openDoor({ server, auth }: Config): string | undefined {
  if (auth.type !== 'none') return undefined
  if (!isLoopback(server.host)) {
    return `Warning: auth.type is none, and the registry listens on ${server.host}: everybody who can reach this machine may
read, publish and unpublish every package. For more than trying it out, set auth.type to github, or keep it to this
machine with --server.host 127.0.0.1
`
  }
  if (server.public_url === undefined || isLoopback(new URL(server.public_url).hostname)) return undefined
  return `Warning: auth.type is none: whoever the proxy at ${server.public_url} lets through may read, publish and unpublish
every package. For more than trying it out, set auth.type to github
`
}

/** The first package of a scope makes the scope ours, for everybody who installs through this registry. */
function anybodysScopes({ auth, scopes }: Config): string | undefined {
  if (auth.type !== 'github' || scopes.only_hosted) return undefined
  return `Warning: everybody with an account on ${auth.github.host} may publish here under a scope of their own name, and from then on
that scope comes from here. To keep the registry to your scopes, name them in scopes.hosted and set scopes.only_hosted
`
}

/** npm and yarn 1 compare host names only, and not ports, when they decide whether a token goes along. */
function sameHost({ server }: Config, redirectsTo: string | undefined): string | undefined {
  const own =
    server.public_url === undefined ? reachableHost(server.host) : new URL(server.public_url).hostname
  if (redirectsTo === undefined || redirectsTo !== own) return undefined
  return `Warning: clients are redirected to ${redirectsTo} for tarballs, which is the host name of the registry as well: npm
and yarn 1 then send their token along, and S3 refuses the download. Give one of them another name (server.public_url,
storage.s3.public_endpoint), or set storage.s3.redirect to false
`
}

/** Where a proxy takes the path off, an address that begins with it once more is that of the package. */
function packageAsPrefix({ server }: Config): string | undefined {
  const { pathname } = new URL(server.public_url ?? 'http://localhost')
  const first = pathname.split('/')[1] ?? ''
  if (first === '' || !(/^%40/.test(first) || isPackageName(first))) return undefined
  return `Warning: the path of server.public_url, ${pathname}, reads as a package's; one that begins with _ never does, such as /_npm
`
}

function isPackageName(text: string): boolean {
  try {
    return parsePackageName(text) !== undefined
  } catch {
    return false
  }
}

function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host === '::1' ||
    host === '[::1]' ||
    (isIP(host) === 4 && host.startsWith('127.'))
  )
}

function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return isIP(host) === 6 ? `[${host}]` : host
}
