import type { PackageName, Upstream, UpstreamResource } from '@nmr/core'

export interface RedirectUpstreamOptions {
  /** The registry to send readers to, an absolute http(s) URL; absent: the public registry. */
  readonly url?: string
}

/** Sends readers of packages that are not hosted here to another registry, without asking it anything. */
export function createRedirectUpstream({ url }: RedirectUpstreamOptions = {}): Upstream {
  let base: Promise<string> | undefined
  return {
    async locate(name, resource) {
      base ??= url === undefined ? publicRegistry() : Promise.resolve(url)
      return { kind: 'elsewhere', url: `${(await base).replace(/\/+$/, '')}/${path(name, resource)}` }
    },
  }
}

/** npm's own client knows the public registry's address. Loaded when first needed: it is large, and may never be. */
async function publicRegistry(): Promise<string> {
  const { default: fetch } = await import('npm-registry-fetch')
  return fetch.pickRegistry('any')
}

function path(name: PackageName, resource: UpstreamResource): string {
  const escaped = name.replace('/', '%2f')
  switch (resource.kind) {
    case 'packument':
      return escaped
    case 'version':
      return `${escaped}/${encodeURIComponent(resource.versionOrTag)}`
    case 'tarball':
      return `${name}/-/${encodeURIComponent(resource.file)}`
    case 'dist-tags':
      return `-/package/${escaped}/dist-tags`
  }
}
