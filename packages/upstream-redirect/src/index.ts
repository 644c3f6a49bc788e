import type { AuditKind, PackageName, Upstream, UpstreamResource } from '@nmr/core'
import { defaultUrl } from 'registry-url'
import { postAudit } from './post-audit.ts'

export interface RedirectUpstreamOptions {
  /** The registry to send readers to, an absolute http(s) URL; absent: the public registry. */
  readonly url?: string
  /** Milliseconds that it may take to answer an audit: a person waits for their install. Absent: 5000. */
  readonly auditTimeout?: number
}

/** Sends readers of packages that are not hosted here to another registry, and asks it nothing but audits. */
export function createRedirectUpstream({
  // Not what that package's function says: it is the registry that this machine installs from.
  url = defaultUrl,
  auditTimeout = 5000,
}: RedirectUpstreamOptions = {}): Upstream {
  const base = url.replace(/\/+$/, '')
  return {
    locate: async (name, resource) => ({ kind: 'elsewhere', url: `${base}/${path(name, resource)}` }),
    audit: (kind, audit) => postAudit(`${base}/-/npm/v1/security/${auditPaths[kind]}`, audit, auditTimeout),
  }
}

const auditPaths: Readonly<Record<AuditKind, string>> = {
  bulk: 'advisories/bulk',
  quick: 'audits/quick',
  full: 'audits',
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
