import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { node, quietly, root } from './run.mjs'
import { install } from './set-up.mjs'

// A GitHub to try things with, see test/github. It is compiled first: not every Node that we support reads TypeScript.
const out = join(root, 'node_modules/.nmr-dev-github')

await install()
await quietly(
  'Building',
  node('node_modules/typescript/bin/tsc', '-p', 'test/github/tsconfig.json', '--outDir', out),
)
await import(pathToFileURL(join(out, 'dev-github.js')))
