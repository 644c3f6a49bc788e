import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Caller, Registry } from '@nmr/core'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { HandOver } from './config/hand-over.ts'
import type { Answers } from './http/answers.ts'
import type { FrontServer } from './http/front-server.ts'

export interface AppOptions {
  readonly registry: Registry
  readonly logger: FastifyBaseLogger
  readonly clock: () => Date
  /** The address that clients use, without a slash at its end; absent: the one each request came to. */
  readonly publicUrl?: string | undefined
  /** Whose `X-Forwarded-*` headers count; as Fastify takes it. */
  readonly trustProxy?: boolean | readonly string[]
  /** How tarballs are handed to the trusted proxy, which sends their files; absent: they are sent from here. */
  readonly handOver?: HandOver | undefined
  /** Bytes. */
  readonly maxTarballSize: number
  /** The folder that large tarballs pass through while they come in. */
  readonly spoolPath: string
  /** Clients that cannot follow a redirect to the store: texts in their User-Agent. */
  readonly redirectExcept?: readonly string[]
  /** Whether a version's bytes never change, so that clients may keep a tarball without asking again. */
  readonly immutableTarballs: boolean
  /** Bytes of answers that are kept in memory. */
  readonly answerCacheSize: number
}

/** What every group of routes works with. */
export interface RouteContext extends AppOptions {
  readonly app: App
  readonly answers: Pick<Answers, 'remember'>
  readonly front: FrontServer
}

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks. */
    caller: Caller
  }
  interface FastifyContextConfig {
    /** Whether the route does not care who asks, so that a credential that no longer holds is no obstacle. */
    readonly anonymous?: boolean
    /** Whether the route only reads a package, so that the decision about it is all that has to be found out. */
    readonly lazily?: boolean
  }
}
