import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { makeBucket } from './support/bucket.ts'
import { s3Settings } from './support/s3-settings.ts'

test('the AWS SDK is loaded when S3 is chosen, and never else', async () => {
  const bucket = await makeBucket()
  const { storage } = s3Settings(bucket)
  const local = await modulesOf({ storage: { ...storage, type: 'local' } })
  const s3 = await modulesOf({ storage })
  await bucket.dispose()

  expect(local.filter((module) => OF_S3.test(module))).toEqual([])
  expect(local.some((module) => module.includes('tarballs-fs'))).toBe(true)
  for (const module of ['@aws-sdk/client-s3', '@smithy/', 'tarballs-s3']) {
    expect(
      s3.some((loaded) => loaded.includes(module)),
      module,
    ).toBe(true)
  }
  console.log(`${local.length} modules are loaded with a local folder, ${s3.length} with S3`)
})

const OF_S3 = /@aws-sdk|@aws-crypto|@smithy|tarballs-s3/

/** The files of all modules, ESM and CommonJS, that a server has loaded which started, answered, and stopped. */
async function modulesOf(settings: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const folder = await temporaryFolder()
  const coverage = join(folder, 'coverage')
  // The engine itself then writes what it has run, when the process ends.
  const server = await startServer(folder, settings, { NODE_V8_COVERAGE: coverage })
  expect(await server.stop()).toBe(0)
  const [report = ''] = await readdir(coverage)
  const { result } = JSON.parse(await readFile(join(coverage, report), 'utf8')) as {
    readonly result: readonly { readonly url: string }[]
  }
  return result.map(({ url }) => url).filter((url) => url.startsWith('file:'))
}
