import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { root } from './run.mjs'
import { build, install } from './set-up.mjs'

const args = process.argv.slice(2)
const { project } = parseArgs({
  args,
  options: { project: { type: 'string', multiple: true } },
  strict: false,
}).values

await install()
// Unit tests run from the sources; the others start the server as people do.
if (project?.some((name) => name !== 'unit')) await build()

const vitest = join(root, 'node_modules/vitest/vitest.mjs')
process.argv = [
  process.execPath,
  vitest,
  'run',
  ...(project === undefined ? ['--project', 'unit'] : []),
  ...args,
]
await import(pathToFileURL(vitest))
