import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { npm, quietly, root } from './run.mjs'
import { install } from './set-up.mjs'

// Compares our GitHub (test/github) with GitHub's own description of its API. That unpacks to nearly 400 MB, so it is
// installed beside the user's other caches, once, and not with everything else.
const description = '@octokit/openapi@23.0.2'
const validator = 'ajv@8.20.0'

const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
const folder = join(caches, 'nmr', 'github-openapi-23.0.2')

await install()
if (!existsSync(join(folder, 'node_modules/.package-lock.json'))) {
  mkdirSync(folder, { recursive: true })
  await quietly(
    "Installing GitHub's description of its API",
    npm(
      'install',
      '--prefix',
      folder,
      '--no-save',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      description,
      validator,
    ),
  )
}
process.env.NMR_GITHUB_OPENAPI = folder

const vitest = join(root, 'node_modules/vitest/vitest.mjs')
process.argv = [process.execPath, vitest, 'run', '--config', 'test/github/openapi.vitest.config.ts']
await import(pathToFileURL(vitest))
