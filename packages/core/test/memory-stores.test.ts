import { createMemoryMetadataStore, metadataStoreSuite } from '@nmr/core/testing'
import { describe, it } from 'vitest'

metadataStoreSuite({ describe, it }, 'memory', async () => {
  const packages = new Map()
  return { open: async () => createMemoryMetadataStore(packages), dispose: async () => packages.clear() }
})
