import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The server as operators install it: without what only developers need, and with the embedded adapters. */
export interface Installation {
  /** What to run with Node. */
  readonly main: string
  /** The folder with all packages, where they are not links. */
  readonly modules: string
  /** Installs an optional adapter on top, such as `@nmr/tarballs-s3`. */
  add(adapter: string): Promise<void>
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** In a clone that is built. */
export async function installInClone(folder: string): Promise<Installation> {
  for (const file of ['package.json', 'package-lock.json']) await cp(join(root, file), join(folder, file))
  for (const workspace of await workspaces()) {
    for (const part of ['package.json', 'dist'])
      await cp(join(root, workspace, part), join(folder, workspace, part), { recursive: true })
  }
  const chosen = ['@nmr/server']
  const install = () =>
    npm(folder, ['ci', '--omit=dev', ...chosen.map((workspace) => `--workspace=${workspace}`)])
  await install()
  return {
    main: join(folder, 'apps/server/dist/main.js'),
    modules: join(folder, 'node_modules'),
    async add(adapter) {
      chosen.push(adapter)
      await install()
    },
  }
}

/** In an empty folder, from the packages as they would be published. */
export async function installPacked(folder: string): Promise<Installation> {
  const packed = join(folder, 'packed')
  const home = join(folder, 'home')
  await Promise.all([packed, home].map((each) => mkdir(each)))
  await npm(root, ['pack', '--workspaces', '--ignore-scripts', '--pack-destination', packed])
  const tarballs = await readdir(packed)
  const install = async (...names: readonly string[]): Promise<void> => {
    const files = names.map((name) => join(packed, tarballOf(name, tarballs)))
    await npm(home, ['install', '--omit=dev', ...files])
  }
  const manifest = JSON.parse(await readFile(join(root, 'apps/server/package.json'), 'utf8'))
  const ours = Object.keys(manifest.dependencies).filter((name) => name.startsWith('@nmr/'))
  await install('@nmr/server', ...ours)
  return {
    main: join(home, 'node_modules/@nmr/server/dist/main.js'),
    modules: join(home, 'node_modules'),
    add: (adapter) => install(adapter),
  }
}

/** Runs npm in a folder. @throws Error when it fails, with what it printed */
export async function npm(folder: string, args: readonly string[]): Promise<void> {
  await promisify(execFile)('npm', [...args, '--no-audit', '--no-fund'], {
    cwd: folder,
    shell: process.platform === 'win32',
    // What `npm run` sets for its scripts is about our own workspace.
    env: Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key))),
  })
}

async function workspaces(): Promise<string[]> {
  const folders = await Promise.all(
    ['packages', 'apps'].map(async (parent) =>
      (await readdir(join(root, parent))).map((name) => `${parent}/${name}`),
    ),
  )
  return folders.flat()
}

function tarballOf(name: string, tarballs: readonly string[]): string {
  const start = `${name.slice(1).replace('/', '-')}-`
  const tarball = tarballs.find((file) => file.startsWith(start) && /^\d/.test(file.slice(start.length)))
  if (tarball === undefined) throw new Error(`${name} was not packed`)
  return tarball
}
