import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { npm } from '../scripts/run.mjs'

/**
 * Installs packages of the registry that this machine is configured for, once, in a folder outside the tree.
 *
 * @param manifest `dependencies`, and `overrides` of theirs, as in a package.json
 * @returns the folder that has their node_modules
 */
export async function installedPackages(name, { dependencies, overrides }) {
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'nmr', 'bench', name)
  const manifest = JSON.stringify({ private: true, dependencies, overrides })
  const done = join(folder, 'installed.json')
  if (existsSync(done) && readFileSync(done, 'utf8') === manifest) return folder
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), manifest)
  process.stderr.write(`Installing ${Object.keys(dependencies).join(', ')} …\n`)
  await npmIn(folder, 'install', '--ignore-scripts', '--no-package-lock', '--loglevel=error')
  await writeFile(done, manifest)
  return folder
}

/** Runs npm on a folder of its own. @returns what it printed */
export async function npmIn(folder, ...args) {
  const { command, args: first, shell } = npm(...args, '--prefix', folder, '--no-audit', '--no-fund')
  const { stdout } = await promisify(execFile)(command, first, {
    cwd: folder,
    shell,
    timeout: 300_000,
    // What `npm run` sets for its scripts is about our own workspace.
    env: Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key))),
  })
  return stdout
}

/** The version of a package in such a folder. */
export function installedVersion(folder, name) {
  return JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version
}
