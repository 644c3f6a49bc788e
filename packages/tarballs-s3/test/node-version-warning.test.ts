import { expect, it, vi } from 'vitest'
import { startStub } from './stub-store.ts'

// In a file of its own: the SDK warns once, when the first client is made.
it('opening a store in S3 prints no warning about the version of Node', async () => {
  vi.stubEnv('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', undefined)
  const warn = vi.spyOn(process, 'emitWarning')
  const stub = await startStub()
  const store = await stub.open()
  expect(warn).not.toHaveBeenCalled()
  await store.close()
  await stub.stop()
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})
