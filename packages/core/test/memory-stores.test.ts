import {
  createMemoryMetadataStore,
  createMemoryTarballStore,
  metadataStoreSuite,
  tarballStoreSuite,
} from '@nmr/core/testing'
import { describe, it } from 'vitest'

metadataStoreSuite({ describe, it }, 'memory', async () => {
  const packages = new Map()
  return { open: async () => createMemoryMetadataStore(packages), dispose: async () => packages.clear() }
})

tarballStoreSuite({ describe, it }, 'memory', async () => {
  const tarballs = new Map()
  return { open: async () => createMemoryTarballStore({ tarballs }), dispose: async () => tarballs.clear() }
})
