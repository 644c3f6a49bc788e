import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { expectInstalled, fail, install, type Run, type Step, servedTarball, succeed } from '../run.ts'

/** Installs `<name><spec>` and looks that this version arrives. */
export function add(title: string, spec: string, version: string): Step {
  return {
    title,
    needs: ['add'],
    async run(run) {
      await install(run, run.name + spec, version)
    },
  }
}

/** Installs with a lockfile that pins a version which is no longer the newest, on a machine that has nothing yet. */
export function restore(title: string, spec: string, pinned: string, newest: string): Step {
  return {
    title,
    needs: ['restore'],
    async run(run) {
      const lock = await lockAt(run, spec, pinned)
      const world = await run.newWorld()
      await world.write(lock)
      await succeed(world, run.commands.restore)
      await expectInstalled(run, world, pinned)
      expect((await run.registry.packument(run.name))?.['dist-tags'].latest).toBe(newest)
    },
  }
}

/** Tries to install what is not there. @param missing what the person must be told of: the version, or the status */
export function addMissing(
  title: string,
  spec: string,
  missing: RegExp,
  refusals: readonly string[] = [],
): Step {
  return {
    title,
    needs: ['add'],
    refusals,
    async run(run) {
      const { text } = await fail(await run.newWorld(), run.commands.add(run.name + spec))
      // Some show the escaped name of the request.
      expect(text).toContain(run.name.slice(run.name.indexOf('/') + 1))
      expect(text).toMatch(missing)
    },
  }
}

/** The files of a project that is locked at a version, and whose package.json would allow newer ones. */
async function lockAt(run: Run, spec: string, version: string): Promise<Record<string, Uint8Array | string>> {
  const { world } = await install(run, run.name + spec, version)
  if (run.commands.lock) await succeed(world, run.commands.lock)
  const { file, proof } = run.driver.lockfile(run.client)
  const [lockfile, packageJson] = await Promise.all([
    readFile(join(world.project, file)),
    readFile(join(world.project, 'package.json'), 'utf8'),
  ])
  const tarball = await servedTarball(run, version)
  expect(lockfile.includes(proof(tarball)), `${file} pins ${tarball.url}`).toBe(true)
  return { [file]: lockfile, 'package.json': packageJson }
}
