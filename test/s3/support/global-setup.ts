import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { TestProject } from 'vitest/node'
import { type S3Server, startRadosgw } from './radosgw.ts'

declare module 'vitest' {
  interface ProvidedContext {
    readonly s3: Omit<S3Server, 'stop'>
  }
}

/** One S3 server for all test files of a run; each test has a bucket of its own. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  const { stop, ...s3 } = await startRadosgw()
  await warmUp(s3)
  project.provide('s3', s3)
  return stop
}

/** The first write makes the cluster's pools, which takes seconds. */
async function warmUp({ port, ...credentials }: Omit<S3Server, 'stop'>): Promise<void> {
  const endpoint = `http://127.0.0.1:${port}`
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials })
  await client.send(new CreateBucketCommand({ Bucket: 'warm-up' }))
  await client.send(new PutObjectCommand({ Bucket: 'warm-up', Key: 'object', Body: 'warm' }))
  client.destroy()
}
