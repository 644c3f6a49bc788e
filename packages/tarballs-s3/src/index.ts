export type { S3TarballStoreOptions } from './options.ts'
export { openS3TarballStore, type S3TarballStore } from './s3-tarball-store.ts'
