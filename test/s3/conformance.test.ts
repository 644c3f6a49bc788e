import { tarballStoreSuite } from '@nmr/core/testing'
import { openS3TarballStore, type S3TarballStoreOptions } from '@nmr/tarballs-s3'
import { describe, inject, it } from 'vitest'
import { makeBucket } from './support/bucket.ts'

const variants: Readonly<Record<string, Partial<S3TarballStoreOptions>>> = {
  'S3, streamed': {},
  'S3, under a prefix and with its own checksums': { prefix: 'npm/tarballs/', checksums: 'when_supported' },
  'S3, redirected': { redirect: true },
  'S3, redirected to another host name': {
    redirect: true,
    prefix: 'npm-',
    publicEndpoint: `http://localhost:${inject('s3').port}`,
  },
}

for (const [title, options] of Object.entries(variants)) {
  tarballStoreSuite({ describe, it }, title, async () => {
    const bucket = await makeBucket()
    return {
      open: () => openS3TarballStore({ ...bucket.options, ...options }),
      dispose: bucket.dispose,
    }
  })
}
