import { Type } from '@sinclair/typebox'

/** Name → versions. */
export const BulkAudit = Type.Record(Type.String(), Type.Array(Type.String()))

/** As much of a lockfile's tree as an audit can be of; core reads from it what it needs. */
export const TreeAudit = Type.Object({
  requires: Type.Optional(Type.Unknown()),
  dependencies: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})
