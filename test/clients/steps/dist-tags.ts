import { expect } from 'vitest'
import { packumentOf, type Step, succeed } from '../run.ts'

export function listTags(title: string, tags: Readonly<Record<string, string>>): Step {
  return {
    title,
    needs: ['listTags'],
    async run({ publisher, commands, name }) {
      const { stdout } = await succeed(publisher, commands.listTags?.(name) ?? [])
      for (const [tag, version] of Object.entries(tags)) {
        expect(
          [`${tag}: ${version}`, `@${tag} → ${version}`].some((shown) => stdout.includes(shown)),
          stdout,
        ).toBe(true)
      }
    },
  }
}

export function addTag(title: string, version: string, tag: string): Step {
  return {
    title,
    needs: ['addTag'],
    async run(run) {
      const before = (await packumentOf(run))['dist-tags']
      await succeed(run.publisher, run.commands.addTag?.(run.name, version, tag) ?? [])
      expect((await packumentOf(run))['dist-tags']).toEqual({ ...before, [tag]: version })
    },
  }
}

export function removeTag(title: string, tag: string): Step {
  return {
    title,
    needs: ['removeTag'],
    async run(run) {
      const { [tag]: _gone, ...left } = (await packumentOf(run))['dist-tags']
      await succeed(run.publisher, run.commands.removeTag?.(run.name, tag) ?? [])
      expect((await packumentOf(run))['dist-tags']).toEqual(left)
    },
  }
}
