import { expect } from 'vitest'
import { install, packumentOf, type Step, succeed } from '../run.ts'

const MESSAGE = 'it "loses" data; take 1.1.0'

export function deprecate(title: string, version: string): Step {
  return {
    title,
    needs: ['deprecate'],
    async run(run) {
      await succeed(run.publisher, run.commands.deprecate?.(`${run.name}@${version}`, MESSAGE) ?? [])
      const { versions } = await packumentOf(run)
      const deprecated = Object.entries(versions).map(([each, row]) => [each, row.deprecated])
      expect(deprecated.filter(([, message]) => message !== undefined)).toEqual([[version, MESSAGE]])
    },
    without: ({ registry, name }) => registry.deprecate(name, version, MESSAGE),
  }
}

/** Installs a deprecated version, and looks at what the person is told, as far as the client tells anything. */
export function addDeprecated(title: string, version: string): Step {
  return {
    title,
    needs: ['add'],
    async run(run) {
      const { outcome } = await install(run, `${run.name}@${version}`, version)
      const shows = run.driver.showsDeprecation(run.client)
      expect(outcome.text.includes(MESSAGE), 'the message is shown').toBe(shows === 'message')
      if (shows !== 'message') expect(/deprecated/i.test(outcome.text), outcome.text).toBe(shows === 'fact')
    },
  }
}

export function undeprecate(title: string, version: string): Step {
  return {
    title,
    needs: ['undeprecate'],
    async run(run) {
      await succeed(run.publisher, run.commands.undeprecate?.(`${run.name}@${version}`) ?? [])
      expect((await packumentOf(run)).versions[version]?.deprecated).toBeUndefined()
      const { outcome } = await install(run, `${run.name}@${version}`, version)
      expect(outcome.text).not.toContain(MESSAGE)
    },
    without: ({ registry, name }) => registry.deprecate(name, version, ''),
  }
}
