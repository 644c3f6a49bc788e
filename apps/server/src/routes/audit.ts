import { type AuditDocument, type AuditKind, isRegistryError, noAdvisories } from '@nmr/core'
import type { FastifyRequest } from 'fastify'
import type { RouteContext } from '../route-context.ts'
import { BulkAudit, TreeAudit } from '../schemas/audit.ts'

/** Bytes, decoded: a tree has each package's digest and dependencies. */
const MAX_AUDIT = 4 * 1024 * 1024

/**
 * `npm audit` and its like, and part of every install: an upstream that fails is a warning in the log here and no
 * known vulnerabilities there.
 */
export function auditRoutes({ app, registry }: RouteContext): void {
  // What is known of public packages is no secret, so nobody's credential is looked at.
  const options = { config: { anonymous: true }, bodyLimit: MAX_AUDIT }
  const bulk = { ...options, schema: { body: BulkAudit } }
  const tree = { ...options, schema: { body: TreeAudit } }
  app.post('/-/npm/v1/security/advisories/bulk', bulk, (request) => audit(request, 'bulk'))
  app.post('/-/npm/v1/security/audits/quick', tree, (request) => audit(request, 'quick'))
  app.post('/-/npm/v1/security/audits', tree, (request) => audit(request, 'full'))

  async function audit(request: FastifyRequest, kind: AuditKind): Promise<AuditDocument> {
    try {
      return await registry.audit(kind, request.body)
    } catch (error) {
      if (!isRegistryError(error, 'unavailable')) throw error
      request.log.warn({ err: error }, 'an audit is answered with nothing')
      return noAdvisories(kind)
    }
  }
}
