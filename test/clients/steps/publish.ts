import { expect } from 'vitest'
import { publishDocument } from '../../support/publish-document.ts'
import {
  fail,
  manifest,
  packumentOf,
  type Run,
  type Step,
  servedTarball,
  sourceFiles,
  succeed,
} from '../run.ts'

/** Publishes a version, under a tag where one is named. @param tags what the package's dist-tags are afterwards */
export function publish(title: string, version: string, tags: Record<string, string>, tag?: string): Step {
  return {
    title,
    needs: ['publish'],
    // npm 11 and 12 look first whether the version is there.
    refusals: ['GET 404'],
    async run(run) {
      await writeSource(run, version)
      if (run.commands.prepare) await succeed(run.publisher, run.commands.prepare)
      await succeed(run.publisher, published(run, tag))
      const packument = await packumentOf(run)
      expect(packument['dist-tags']).toEqual(tags)
      expect(packument.versions[version]).toMatchObject({ name: run.name, version, ...manifest })
      await servedTarball(run, version)
    },
    async without({ registry, name }) {
      const files = sourceFiles(version)
      const status = await registry.publish(
        publishDocument({ name, version, files, extra: manifest, ...(tag && { tag }) }),
      )
      expect(status).toBe(201)
    },
  }
}

/** Tries to publish other bytes under a version that is there. */
export function publishOver(title: string, version: string): Step {
  return {
    title,
    needs: ['publish'],
    refusals: ['PUT 409'],
    async run(run) {
      const before = await servedTarball(run, version)
      await writeSource(run, version)
      await run.publisher.write({ 'index.js': 'module.exports = "changed"\n' })
      const { text } = await fail(run.publisher, published(run))
      const said = text.replaceAll(/^npm notice.*$/gm, '')
      expect(said).toMatch(/publish(ed)? over/i)
      if (run.driver.namesTakenVersion(run.client)) expect(said).toContain(version)
      expect((await servedTarball(run, version)).integrity).toBe(before.integrity)
    },
  }
}

/** Tries to publish a version that was unpublished. */
export function publishGone(title: string, version: string): Step {
  return {
    title,
    needs: ['publish', 'unpublish'],
    refusals: ['PUT 409'],
    async run(run) {
      await writeSource(run, version)
      const { text } = await fail(run.publisher, published(run))
      expect(text).toMatch(/publish over|was unpublished/i)
      expect((await packumentOf(run)).versions[version]).toBeUndefined()
    },
  }
}

function published({ commands }: Run, tag?: string): readonly string[] {
  if (commands.publish === undefined) throw new Error('it has no command to publish')
  return commands.publish(tag)
}

async function writeSource({ publisher, name }: Run, version: string): Promise<void> {
  await publisher.write({
    'package.json': JSON.stringify({ name, version, ...manifest }),
    ...sourceFiles(version),
  })
}
