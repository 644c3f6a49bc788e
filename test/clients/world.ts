import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { stripVTControlCharacters } from 'node:util'
import type { Access, Arguments, Files } from './driver.ts'
import { driverOf } from './drivers.ts'
import type { InstalledClient } from './install-clients.ts'
import { type Answers, spawnInTerminal } from './terminal.ts'

/** One person's machine as a client sees it: a home with its configuration and caches, and a project in it. */
export interface World {
  readonly project: string
  /** Runs the client in the project. It has no terminal and no input, and is killed when it takes too long. */
  run(args: Arguments): Promise<Outcome>
  /** The same in a terminal, where somebody answers the client's questions. */
  converse(args: Arguments, answers: Answers): Promise<Outcome>
  /** Writes files into the project. */
  write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>
}

/** How a command of a client ended. */
export interface Outcome {
  readonly command: string
  /** `null` when it was killed. */
  readonly code: number | null
  readonly stdout: string
  /** All that was shown, stdout first, without colours. */
  readonly text: string
}

export interface WorldOptions {
  /** Worlds are made in this folder. */
  readonly folder: string
  readonly access: Access
  /** Where requests that leave the machine go, see `watchOutside`. */
  readonly proxy: URL
}

const TIMEOUT_MS = 90_000

/** Makes a new world, with nothing in any cache, that knows the registry. */
export async function createWorld(
  client: InstalledClient,
  { folder, access, proxy }: WorldOptions,
): Promise<World> {
  const root = await mkdtemp(join(folder, 'world-'))
  const home = join(root, 'home')
  const project = join(home, 'project')
  const driver = driverOf(client)
  const config = driver.config(client, access)
  await writeFiles(home, { '.config/.keep': '', 'tmp/.keep': '', ...config.home })
  await writeFiles(project, { 'package.json': EMPTY_PROJECT, ...config.project })

  const env = { ...isolated(home, client.path, proxy), ...driver.env?.(client) }
  return {
    project,
    run: (args) => {
      const [program = '', ...rest] = [...client.argv, ...args]
      // A group of its own, so that what the client started ends with it.
      return ended(
        args,
        spawn(program, rest, { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true }),
      )
    },
    converse: (args, answers) =>
      ended(args, spawnInTerminal([...client.argv, ...args], { cwd: project, env }, answers)),
    write: (files) => writeFiles(project, files),
  }
}

const EMPTY_PROJECT = JSON.stringify({ name: 'project', version: '0.0.0', private: true, license: 'MIT' })

/** Nothing is inherited: a variable of the machine that runs the tests must not decide what a client does. */
function isolated(home: string, path: readonly string[], proxy: URL): Record<string, string> {
  return {
    PATH: [...path, '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    HOME: home,
    TMPDIR: join(home, 'tmp'),
    LANG: 'C.UTF-8',
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_STATE_HOME: join(home, '.local/state'),
    ...Object.fromEntries(
      ['HTTPS_PROXY', 'https_proxy', 'YARN_HTTPS_PROXY'].map((name) => [name, proxy.href]),
    ),
    ...Object.fromEntries(['NO_PROXY', 'no_proxy'].map((name) => [name, '127.0.0.1,localhost'])),
  }
}

type Started = ChildProcessByStdio<Writable | null, Readable, Readable>

async function ended(args: Arguments, child: Started): Promise<Outcome> {
  const slow = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), TIMEOUT_MS)
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  clearTimeout(slow)
  return { command: args.join(' '), code, stdout, text: stripVTControlCharacters(`${stdout}\n${stderr}`) }
}

async function writeFiles(
  folder: string,
  files: Files | Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}
