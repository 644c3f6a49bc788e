import { actions } from '@nmr/core'
import { Type } from '@sinclair/typebox'

/** What `npm login` sends, as far as it counts: some clients add `_id`, `email`, `type`, `roles` and `date`. */
export const LoginBody = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 214 }),
  password: Type.String({ minLength: 1, maxLength: 10_000 }),
})

const Segment = Type.String({ minLength: 1, maxLength: 1000 })

export const UserParams = Type.Object({ user: Segment })
export const OwnerParams = Type.Object({ owner: Segment })

/** `npm access`: npm 2 to 8 and pnpm send `access`, `npm access set mfa` the others. */
export const AccessBody = Type.Object({ access: Type.Optional(Type.Unknown()) })

export const PackageUserParams = Type.Object({ name: Segment, user: Segment })

/** `pnpm owner add`. */
export const OwnerBody = Type.Object({ user: Type.String({ minLength: 1, maxLength: 214 }) })

export const ActionQuery = Type.Object({
  action: Type.Optional(Type.Union(actions.map((action) => Type.Literal(action)))),
})
