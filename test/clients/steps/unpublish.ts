import { expect } from 'vitest'
import { packumentOf, type Step, servedTarball, succeed } from '../run.ts'

/** Unpublishes the version that `latest` points at; the tag must move on. */
export function unpublish(title: string, version: string): Step {
  return {
    title,
    needs: ['unpublish'],
    async run(run) {
      const { url } = await servedTarball(run, version)
      const before = Object.keys((await packumentOf(run)).versions)
      await succeed(run.publisher, run.commands.unpublish?.(`${run.name}@${version}`) ?? [])
      const { versions, 'dist-tags': tags } = await packumentOf(run)
      expect(Object.keys(versions)).toEqual(before.filter((each) => each !== version))
      expect(Object.keys(versions)).toContain(tags.latest)
      expect((await run.registry.request(url)).status).toBe(410)
    },
    without: ({ registry, name }) => registry.unpublish(name, version),
  }
}

export function unpublishAll(title: string): Step {
  return {
    title,
    needs: ['unpublishAll'],
    async run(run) {
      const { url } = await servedTarball(run, '1.0.0')
      await succeed(run.publisher, run.commands.unpublishAll?.(run.name) ?? [])
      expect(await run.registry.packument(run.name)).toBeUndefined()
      expect((await run.registry.request(url)).status).toBe(410)
    },
    without: ({ registry, name }) => registry.unpublishAll(name),
  }
}
