import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { integrityOf } from '../support/publish-document.ts'
import type { Packument, RegistryClient } from '../support/registry-client.ts'
import type { Commands, Driver, ServedTarball } from './driver.ts'
import type { InstalledClient } from './install-clients.ts'
import type { Outcome, World } from './world.ts'

/** One client's way through the scenario. */
export interface Run {
  readonly client: InstalledClient
  readonly driver: Driver
  readonly commands: Commands
  /** The registry as it is, whatever the client says. */
  readonly registry: RegistryClient
  /** The package that this run publishes. */
  readonly name: string
  /** Whose package it is. Everyone who installs has a world of their own: see `newWorld`. */
  readonly publisher: World
  /** The world of somebody who has a token, unless `owner` says otherwise. */
  newWorld(owner?: Owner): Promise<World>
}

/** Whose world it is: somebody who was given a token, or who has not logged in yet. */
export interface Owner {
  readonly token: string | undefined
}

/** One thing that people do, and what must come of it. */
export interface Step {
  /** As it stands in the table of compatibility. */
  readonly title: string
  /** Commands that a client must have for it. */
  readonly needs: readonly (keyof Commands)[]
  /** Answers over 399 that belong to it, as `PUT 409`. */
  readonly refusals?: readonly string[]
  run(run: Run): Promise<void>
  /** Does by plain HTTP what a client without the command cannot, for the steps that follow. */
  without?(run: Run): Promise<void>
}

/** The files of a version, package.json aside. */
export function sourceFiles(version: string): Readonly<Record<string, string | Uint8Array>> {
  return {
    'index.js': `module.exports = ${JSON.stringify(version)}\n`,
    'README.md': `# An example\n\nThis is ${version}: ä, 中, 🎁.\n`,
    'lib/bytes.bin': Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7 + version.length) % 256),
  }
}

/** What package.json says beside name and version. */
export const manifest = {
  description: 'An example of a package',
  license: 'MIT',
  main: 'index.js',
  keywords: ['example'],
  // As npm would write it itself, so that it arrives unchanged; where GitHub decides, it governs the package.
  repository: { type: 'git', url: 'git+https://github.com/acme/tools.git' },
}

/** Runs a command that must succeed. */
export async function succeed(world: World, args: readonly string[]): Promise<Outcome> {
  return succeeded(await world.run(args))
}

/** @throws Error with all that was shown */
export function succeeded(outcome: Outcome): Outcome {
  if (outcome.code !== 0) throw new Error(`${outcome.command}: exit ${outcome.code}\n${outcome.text}`)
  return outcome
}

/** Runs a command that must fail, in its own time. */
export async function fail(world: World, args: readonly string[]): Promise<Outcome> {
  const outcome = await world.run(args)
  if (outcome.code === 0 || outcome.code === null) {
    throw new Error(`${outcome.command}: exit ${outcome.code}, though it cannot work\n${outcome.text}`)
  }
  return outcome
}

/** The packument of the run's package, which must be there. */
export async function packumentOf({ registry, name }: Run): Promise<Packument> {
  const packument = await registry.packument(name)
  if (packument === undefined) throw new Error(`${name} is not in the registry`)
  return packument
}

/** A version's tarball as the registry serves it, once its digests are seen to be those of the packument. */
export async function servedTarball(run: Run, version: string): Promise<ServedTarball> {
  const { dist } = (await packumentOf(run)).versions[version] ?? {}
  if (dist === undefined) throw new Error(`${run.name}@${version} is not in the packument`)
  const response = await run.registry.request(dist.tarball)
  const bytes = Buffer.from(await response.arrayBuffer())
  expect(response.status, dist.tarball).toBe(200)
  expect(dist.integrity).toBe(integrityOf(bytes))
  expect(dist.shasum).toBe(createHash('sha1').update(bytes).digest('hex'))
  return { url: dist.tarball, bytes, integrity: dist.integrity }
}

/** Installs into a new world. @returns the world, after looking that exactly `version` is what arrived */
export async function install(
  run: Run,
  spec: string,
  version: string,
): Promise<{ world: World; outcome: Outcome }> {
  const world = await run.newWorld()
  const outcome = await succeed(world, run.commands.add(spec))
  await expectInstalled(run, world, version)
  return { world, outcome }
}

/** Looks that the project has this version, byte for byte. */
export async function expectInstalled({ name }: Run, { project }: World, version: string): Promise<void> {
  const folder = join(project, 'node_modules', name)
  expect(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))).toMatchObject({ name, version })
  for (const [path, content] of Object.entries(sourceFiles(version))) {
    const arrived = await readFile(join(folder, path))
    expect(arrived.equals(Buffer.from(content)), `${path} of ${name}@${version} as it was published`).toBe(
      true,
    )
  }
}
