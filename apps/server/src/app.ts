import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyServerOptions, LogController } from 'fastify'
import { type Answers, createAnswers } from './http/answers.ts'
import { canonicalUrl } from './http/canonical-url.ts'
import { credentialFrom } from './http/credential.ts'
import { answerWithErrors, sendError } from './http/error-answers.ts'
import { firstErrorCompiler } from './http/first-error.ts'
import { createFrontServer } from './http/front-server.ts'
import { parseJson } from './http/json-body.ts'
import { logRequests } from './http/request-log.ts'
import { createAnsweringServer } from './http/server.ts'
import { answerWrongMethods } from './http/wrong-method.ts'
import type { App, AppOptions } from './route-context.ts'
import { accessRoutes } from './routes/access.ts'
import { allPackagesRoutes } from './routes/all-packages.ts'
import { auditRoutes } from './routes/audit.ts'
import { distTagRoutes } from './routes/dist-tags.ts'
import { identityRoutes } from './routes/identity.ts'
import { metaRoutes } from './routes/meta.ts'
import { notHereRoutes } from './routes/not-here.ts'
import { ownerRoutes } from './routes/owners.ts'
import { packageRoutes } from './routes/package.ts'
import { searchRoutes } from './routes/search.ts'
import { starRoutes } from './routes/stars.ts'
import { tarballRoutes } from './routes/tarball.ts'
import { versionRoutes } from './routes/version.ts'

/** Bytes of a body, decoded, on routes that say nothing else. */
const MAX_BODY = 1024 * 1024

const allRoutes = [
  metaRoutes,
  identityRoutes,
  accessRoutes,
  auditRoutes,
  searchRoutes,
  allPackagesRoutes,
  notHereRoutes,
  distTagRoutes,
  starRoutes,
  ownerRoutes,
  tarballRoutes,
  versionRoutes,
  packageRoutes,
]

/** The registry behind npm's protocol. It does not listen yet. */
export function buildApp(options: AppOptions): App {
  const front = createFrontServer(options)
  const answers = createAnswers({ ...options, front })
  const app = createApp(options, answers)
  logRequests(app)
  answerWithErrors(app)
  parseJson(app)
  app.decorateRequest('caller', undefined)
  app.addHook('onRequest', async (request) => {
    const { anonymous, lazily = false } = request.routeOptions.config
    if (anonymous) return
    const credential = credentialFrom(request.headers.authorization)
    request.caller = await options.registry.authenticate(credential, { lazily })
  })
  const refuseOtherMethods = answerWrongMethods(app)
  const context = { ...options, app, answers, front }
  for (const routes of allRoutes) routes(context)
  refuseOtherMethods()
  return app
}

function createApp({ logger, trustProxy = false, publicUrl }: AppOptions, answers: Answers): App {
  const prefix = publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, '')
  const options: FastifyServerOptions = {
    loggerInstance: logger,
    serverFactory: (work) => createAnsweringServer(work, answers),
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: (error, request, reply) => void sendError(error, request, reply),
    trustProxy: typeof trustProxy === 'boolean' ? trustProxy : [...trustProxy],
    bodyLimit: MAX_BODY,
    forceCloseConnections: 'idle',
    rewriteUrl: (request) => canonicalUrl(request.url ?? '/', prefix),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 2000 },
    schemaController: { compilersFactory: { buildValidator: notNeeded, buildSerializer: notNeeded } },
  }
  return Fastify(options).withTypeProvider<TypeBoxTypeProvider>().setValidatorCompiler(firstErrorCompiler)
}

/** In the place of compilers that Fastify would load, and never use: requests are validated by ours, answers by nobody. */
function notNeeded(): never {
  throw new Error('no schema of an answer is compiled')
}
