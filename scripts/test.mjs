import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { root } from './run.mjs'
import { build, install } from './set-up.mjs'

let args = process.argv.slice(2)
const { values, positionals } = parseArgs({
  args,
  options: { project: { type: 'string', multiple: true }, all: { type: 'boolean' } },
  strict: false,
  allowPositionals: true,
})
const { project, all } = values

// `npm run test:clients -- --all`, or `-- npm6 bun1.4`: not files, as everywhere else, but clients.
if (project?.includes('clients') && (all || positionals.length > 0)) {
  process.env.NMR_TEST_CLIENTS = all ? 'all' : positionals.join(',')
  args = args.filter((arg) => arg !== '--all' && !positionals.includes(arg))
}

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
