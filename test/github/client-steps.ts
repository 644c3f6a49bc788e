import { expect } from 'vitest'
import {
  fail,
  install,
  manifest,
  packumentOf,
  type Run,
  type Step,
  sourceFiles,
  succeed,
} from '../clients/run.ts'
import type { World } from '../clients/world.ts'

/** Installs with a token of somebody's own. */
export function installAs(title: string, token: string, version: string): Step {
  return {
    title,
    needs: ['add'],
    run: async (run) =>
      void (await install({ ...run, newWorld: () => run.newWorld({ token }) }, run.name, version)),
  }
}

/** Tries to install. @param status what is told, in a number or in words */
export function refuseInstall(title: string, token: string | undefined, status: 401 | 404): Step {
  const said = status === 401 ? /401|need auth|unauthorized|invalid authentication/i : /404|not found/i
  return {
    title,
    needs: ['add'],
    refusals: [`GET ${status}`],
    async run(run) {
      const { text } = await fail(await run.newWorld({ token }), run.commands.add(run.name))
      expect(text).toMatch(said)
    },
  }
}

/** Publishes with a token of somebody's own. */
export function publishAs(title: string, token: string, version: string): Step {
  return {
    title,
    needs: ['publish'],
    async run(run) {
      await succeed(await projectOf(run, token, version), run.commands.publish?.() ?? [])
      expect((await packumentOf(run)).versions[version]).toMatchObject({ version })
    },
  }
}

/** Tries to publish. @param words what the person must be told */
export function refusePublish(title: string, token: string | undefined, words: RegExp): Step {
  return {
    title,
    needs: ['publish'],
    refusals,
    async run(run) {
      const { text } = await fail(await projectOf(run, token, '9.0.0'), run.commands.publish?.() ?? [])
      expect(onOneLine(text)).toMatch(words)
      expect((await packumentOf(run)).versions['9.0.0']).toBeUndefined()
    },
  }
}

/** Tries all that changes a package which is there, and looks that nothing did. */
export function refuseWrites(who: string, token: string, words: RegExp): Step {
  return {
    title: `${who} is refused to tag, deprecate and unpublish`,
    needs: ['addTag', 'removeTag', 'deprecate', 'unpublish', 'unpublishAll'],
    refusals,
    async run(run) {
      const { name, commands } = run
      const before = await packumentOf(run)
      const world = await run.newWorld({ token })
      for (const command of [
        commands.addTag?.(name, '1.0.0', 'mine'),
        commands.removeTag?.(name, 'latest'),
        commands.deprecate?.(`${name}@1.0.0`, 'no'),
        commands.unpublish?.(`${name}@1.0.0`),
        commands.unpublishAll?.(name),
      ]) {
        const { text } = await fail(world, command ?? [])
        expect(onOneLine(text), command?.join(' ')).toMatch(words)
      }
      expect(await packumentOf(run)).toEqual(before)
    },
  }
}

/** Tries to unpublish the package as its writer, and does it as its admin. */
export function unpublishAllAs(title: string, writer: string, admin: string): Step {
  return {
    title,
    needs: ['unpublishAll'],
    refusals,
    async run(run) {
      const command = run.commands.unpublishAll?.(run.name) ?? []
      const { text } = await fail(await run.newWorld({ token: writer }), command)
      expect(onOneLine(text)).toMatch(/acme\/tools governs .* you lack the permission admin/)
      await packumentOf(run)
      await succeed(await run.newWorld({ token: admin }), command)
      expect(await run.registry.packument(run.name)).toBeUndefined()
    },
  }
}

const refusals = ['GET', 'PUT', 'DELETE'].flatMap((method) =>
  [401, 403, 404].map((status) => `${method} ${status}`),
)

async function projectOf(run: Run, token: string | undefined, version: string): Promise<World> {
  const world = await run.newWorld({ token })
  await world.write({
    'package.json': JSON.stringify({ name: run.name, version, ...manifest }),
    ...sourceFiles(version),
  })
  if (run.commands.prepare) await succeed(world, run.commands.prepare)
  return world
}

/** pnpm breaks lines, and draws one beside them. */
function onOneLine(text: string): string {
  return text.replaceAll(/[\s│]+/g, ' ')
}
