import { lstat, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../../scripts/run.mjs'
import { npmIn } from '../cache-folder.mjs'

const MB = 1e6

/** What an operator's machine gets: the server packed as it would be published, and installed without what only we need. */
export const installCases = [
  installCase(
    'install',
    'production install',
    'npm install of @nmr/server, with the embedded adapters',
    'server',
    [{ atMost: 25 }, { metric: 'packages', atMost: 100 }],
  ),
  installCase(
    'install-all',
    'production install, every adapter',
    'and of all other adapters beside it',
    'all',
    [],
  ),
]

function installCase(id, title, explains, which, targets) {
  return {
    id,
    title,
    explains,
    unit: 'MB',
    better: 'less',
    servers: ['nmr'],
    restarts: true,
    once: true,
    slow: true,
    targets,
    measure: ({ folder }) => measure(join(folder, id), which),
  }
}

async function measure(folder, which) {
  const workspaces = await readWorkspaces()
  const names = which === 'all' ? [...workspaces.keys()] : [...needed(workspaces, '@nmr/server')]
  const [packed, installed] = [join(folder, 'packed'), join(folder, 'installed')]
  await Promise.all([packed, installed].map((each) => mkdir(each, { recursive: true })))
  const dependencies = {}
  for (const name of names) {
    const from = workspaces.get(name).folder
    const output = await npmIn(from, 'pack', '--json', '--ignore-scripts', '--pack-destination', packed)
    dependencies[name] = `file:${join(packed, JSON.parse(output)[0].filename)}`
  }
  await writeFile(join(installed, 'package.json'), JSON.stringify({ private: true, dependencies }))
  await npmIn(installed, 'install', '--omit=dev', '--ignore-scripts', '--install-links', '--loglevel=error')
  const lock = JSON.parse(await readFile(join(installed, 'node_modules/.package-lock.json'), 'utf8'))
  return {
    value: (await bytesUnder(join(installed, 'node_modules'))) / MB,
    packages: Object.keys(lock.packages).length,
  }
}

async function readWorkspaces() {
  const workspaces = new Map()
  for (const parent of ['packages', 'apps']) {
    for (const entry of await readdir(join(root, parent))) {
      const folder = join(root, parent, entry)
      const manifest = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined)
      if (manifest !== undefined)
        workspaces.set(JSON.parse(manifest).name, { folder, ...JSON.parse(manifest) })
    }
  }
  return workspaces
}

/** A package and those of ours that it cannot be without. */
function needed(workspaces, name, found = new Set()) {
  if (!workspaces.has(name) || found.has(name)) return found
  found.add(name)
  for (const dependency of Object.keys(workspaces.get(name).dependencies ?? {}))
    needed(workspaces, dependency, found)
  return found
}

async function bytesUnder(folder) {
  let sum = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) sum += (await lstat(join(entry.parentPath, entry.name))).size
  }
  return sum
}
