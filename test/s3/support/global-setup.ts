import type { TestProject } from 'vitest/node'
import { startRadosgw } from './radosgw.ts'

declare module 'vitest' {
  interface ProvidedContext {
    readonly s3: { readonly port: number; readonly accessKeyId: string; readonly secretAccessKey: string }
  }
}

/** One S3 server for all test files of a run; each test has a bucket of its own. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { stop, ...s3 } = await startRadosgw()
  project.provide('s3', s3)
  return stop
}
