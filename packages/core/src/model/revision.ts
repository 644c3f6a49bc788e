import type { Brand } from './brand.ts'

/**
 * A package's state, as one token: two states of a package never share one. Clients see it as `_rev` and send it
 * back in paths, so it holds only what a path needs no escaping for. Opaque but to the store that makes it.
 */
export type Revision = Brand<'Revision'>
