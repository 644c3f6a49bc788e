import { expect } from 'vitest'
import { type Step, succeed } from '../run.ts'

/** Asks for the versions of the package. @param gone versions that may not be shown */
export function view(title: string, versions: readonly string[], gone: readonly string[] = []): Step {
  return {
    title,
    needs: ['view'],
    async run({ publisher, commands, name }) {
      const { stdout } = await succeed(publisher, commands.view?.(name) ?? [])
      for (const version of versions) expect(stdout).toContain(`"${version}"`)
      for (const version of gone) expect(stdout).not.toContain(`"${version}"`)
    },
  }
}
