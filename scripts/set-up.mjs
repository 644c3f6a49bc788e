import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { node, npm, quietly, root } from './run.mjs'

// What was done last is kept inside node_modules: whoever deletes that folder has everything done again.
const installed = join(root, 'node_modules/.nmr-installed')
const built = join(root, 'node_modules/.nmr-built')

/** Installs what the lockfile names, unless that was done for this lockfile, this Node and this platform. */
export async function install() {
  const wanted = fingerprintOfInstall()
  if (read(installed) === wanted) return
  rmSync(installed, { force: true })
  // Whoever sets NODE_ENV=production still needs the compiler.
  await quietly(
    'Installing packages',
    npm('ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'),
  )
  writeFileSync(installed, wanted)
}

/** Compiles the workspaces, unless no source has changed since that was done. */
export async function build() {
  await install()
  const wanted = fingerprintOfSources()
  if (read(built) === wanted && everyOutputIsThere()) return
  await quietly('Building', node('node_modules/typescript/bin/tsc', '-b'))
  writeFileSync(built, wanted)
}

function fingerprintOfInstall() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  return [lock, `node ${process.versions.modules}`, process.platform, process.arch].join('\n')
}

/** Names, sizes and times of all that the compiler reads; a file that went away changes it too. */
function fingerprintOfSources() {
  const files = [installed, ...['tsconfig.json', 'tsconfig.base.json'].map((file) => join(root, file))]
  for (const folder of workspaces()) {
    files.push(join(folder, 'package.json'), join(folder, 'tsconfig.json'), ...filesIn(join(folder, 'src')))
  }
  const hash = createHash('sha256')
  for (const file of files.sort()) {
    const { size, mtimeMs } = statSync(file)
    hash.update(`${file} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

function everyOutputIsThere() {
  const { references } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'))
  return references.every(({ path }) => existsSync(join(root, path, 'dist/.tsbuildinfo')))
}

function workspaces() {
  return ['packages', 'apps'].flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(root, folder, entry.name, 'package.json')))
      .map((entry) => join(root, folder, entry.name)),
  )
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}
