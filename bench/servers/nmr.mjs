import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../../scripts/run.mjs'
import { freePort, startProcess } from './process.mjs'
import { publishAll } from './publishing.mjs'

/** The registry as it is shipped: the built server with its own defaults, whoever may do everything. */
export async function createNmr({ folder, seeds, fixtures }) {
  await mkdir(folder, { recursive: true })
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/`
  const config = join(folder, 'config.json')
  await writeFile(config, JSON.stringify(configuration(port)))
  return {
    name: 'nmr',
    version: `Node ${process.versions.node}`,
    url,
    headers: {},
    start: (options) => startNmr({ folder, config, url, ...options }),
    seed: () => publishAll({ url, headers: {} }, seeds, fixtures),
  }
}

/** As `npm start` and the image have it. */
const env = { MALLOC_ARENA_MAX: '1' }

/** Starts it over what is in a folder; see `startProcess`. */
export function startNmr({ config, ...where }) {
  const main = join(root, 'apps/server/dist/main.js')
  return startProcess({ ...where, env, command: process.execPath, args: [main, 'serve', '--config', config] })
}

/** What a benchmark has to say; everything else stays as it comes. */
export function configuration(port) {
  return {
    server: { host: '127.0.0.1', port },
    logger: { level: 'info' },
    scopes: { hosted: ['@acme'] },
    upstream: { mode: 'off' },
    auth: { type: 'none' },
  }
}
