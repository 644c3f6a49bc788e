import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { node, quietly, root } from './run.mjs'
import { build } from './set-up.mjs'

/*
 * A GitHub to try things with (see test/github) and a registry beside it, which keeps nothing. PORT and NMR_SERVER_PORT
 * say where they listen. The GitHub is compiled first: not every Node that we support reads TypeScript.
 */

const out = join(root, 'node_modules/.nmr-dev-github')
const { PORT = 4010, NMR_SERVER_PORT = 3000 } = process.env

await build()
await quietly(
  'Building GitHub',
  node('node_modules/typescript/bin/tsc', '-p', 'test/github/tsconfig.json', '--outDir', out),
)
const { startDevGithub } = await import(pathToFileURL(join(out, 'dev-github.js')))
const github = await startDevGithub(Number(PORT))
const folder = await mkdtemp(join(tmpdir(), 'nmr-dev-github-'))
const registry = startRegistry(github.apiUrl)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => registry.kill(signal))

// What it logs is shown as it comes; what it says when it has started is said here, with tokens that there are.
createInterface(registry.stdout).on('line', (line) => {
  const [, address] = / listens on (\S+)$/.exec(line) ?? []
  if (address !== undefined) console.log(welcome(address))
  else if (line.startsWith('{')) console.log(line)
})

const [code] = await once(registry, 'close')
await github.close()
await rm(folder, { recursive: true })
process.exitCode = code ?? 1

function startRegistry(apiUrl) {
  const settings = {
    'server.host': '127.0.0.1',
    'server.port': NMR_SERVER_PORT,
    'scopes.hosted': '@acme',
    'scopes.only_hosted': true,
    'auth.type': 'github',
    'auth.github.api_url': apiUrl,
  }
  const args = Object.entries(settings).map(([key, value]) => `--${key}=${value}`)
  const main = join(root, 'apps/server/dist/main.js')
  return spawn(process.execPath, [main, 'serve', ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

function welcome(address) {
  const widest = Math.max(...github.tokens.map(({ token }) => token.value.length))
  const tokens = github.tokens.map(({ token, may }) => `  ${token.value.padEnd(widest)}  ${may}`)
  const login = (token) => `  ${address.replace(/^https?:/, '')}:_authToken=${token}`
  return `A registry listens on ${address} and asks the GitHub on ${github.apiUrl}

Put these lines into the .npmrc of a project to publish as wendy, who may write to acme/tools,

  @acme:registry=${address}
${login('ghp_wendy')}

and this one in the place of the second to install as rita, who may read it:

${login('ghp_rita')}

A package.json says which repository governs it: "name": "@acme/hello", "repository": "acme/tools". There are acme/tools
(private), acme/open (public) and acme/attic (archived), and these tokens:

${tokens.join('\n')}

Ctrl-C ends both, and what was published goes with them.
`
}
