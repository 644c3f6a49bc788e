import type { HTTPMethods } from 'fastify'
import type { App } from '../route-context.ts'

/**
 * Answers 405 with `Allow` where an address is known and the method is not. To be called before the routes that it
 * is to know are made.
 *
 * @returns what makes it answer, to be called after them
 */
export function answerWrongMethods(app: App): () => void {
  const known = new Map<string, Set<HTTPMethods>>()
  app.addHook('onRoute', ({ url, method }) => {
    const methods = known.get(url) ?? new Set()
    known.set(url, methods)
    for (const each of [method].flat()) methods.add(each)
  })
  // As a plugin, since plugins run in their order and publishing is one.
  return () => void app.register(async (scope: App) => refuseOthers(scope, [...known]))
}

function refuseOthers(app: App, known: readonly (readonly [string, ReadonlySet<HTTPMethods>])[]): void {
  for (const [url, methods] of known) {
    const others = app.supportedMethods.filter((method) => !methods.has(method))
    if (others.length === 0) continue
    const allowed = [...methods].sort().join(', ')
    app.route({
      method: others,
      url,
      config: { anonymous: true },
      // Before the body is read: of which type it is does not matter.
      onRequest: async (request, reply) => {
        reply.header('allow', allowed)
        const text = `${request.method} is not possible at this address, only ${allowed}`
        throw Object.assign(new Error(text), { statusCode: 405 })
      },
      handler: async () => {},
    })
  }
}
