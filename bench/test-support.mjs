import { createViteServer } from 'vitest/node'
import { root } from '../scripts/run.mjs'

/**
 * The helpers of the tests, which are TypeScript and so nothing that Node 20 runs.
 *
 * @param names files of test/support
 * @returns their exports, and `close`
 */
export async function loadTestSupport(...names) {
  const vite = await createViteServer({
    root,
    configFile: false,
    logLevel: 'error',
    server: { middlewareMode: true, ws: false, watch: null },
  })
  const modules = await Promise.all(names.map((name) => vite.ssrLoadModule(`/test/support/${name}.ts`)))
  return Object.assign({}, ...modules, { close: () => vite.close() })
}
