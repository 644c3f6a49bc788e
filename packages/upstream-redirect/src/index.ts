import type { AuditKind, PackageName, Upstream, UpstreamResource } from '@nmr/core'
import { postAudit } from './post-audit.ts'

export interface RedirectUpstreamOptions {
  /** The registry to send readers to, an absolute http(s) URL; absent: the public registry. */
  readonly url?: string
  /** Milliseconds that it may take to answer an audit: a person waits for their install. Absent: 5000. */
  readonly auditTimeout?: number
}

/** Sends readers of packages that are not hosted here to another registry, and asks it nothing but audits. */
export function createRedirectUpstream({ url, auditTimeout = 5000 }: RedirectUpstreamOptions = {}): Upstream {
  let base: Promise<string> | undefined
  async function address(path: string): Promise<string> {
    base ??= url === undefined ? publicRegistry() : Promise.resolve(url)
    return `${(await base).replace(/\/+$/, '')}/${path}`
  }

  return {
    locate: async (name, resource) => ({ kind: 'elsewhere', url: await address(path(name, resource)) }),
    audit: async (kind, audit) =>
      postAudit(await address(`-/npm/v1/security/${auditPaths[kind]}`), audit, auditTimeout),
  }
}

const auditPaths: Readonly<Record<AuditKind, string>> = {
  bulk: 'advisories/bulk',
  quick: 'audits/quick',
  full: 'audits',
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
