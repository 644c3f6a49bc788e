import { Type } from '@sinclair/typebox'

/** `quality`, `popularity` and `maintenance`, which npm sends too, weigh what is not known here. */
export const SearchQuery = Type.Object({
  text: Type.Optional(Type.String({ maxLength: 1000 })),
  from: Type.Optional(Type.Integer({ minimum: 0 })),
  size: Type.Optional(Type.Integer({ minimum: 0 })),
})

/** `startkey` is in milliseconds since 1970; `stale` is CouchDB's, and nothing here is. */
export const SinceQuery = Type.Object({ startkey: Type.Optional(Type.Integer({ minimum: 0 })) })
