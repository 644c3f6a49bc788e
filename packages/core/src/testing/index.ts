export { createMemoryAuthorizer, type MemoryAuthorizer, type MemoryPerson } from './memory-authorizer.ts'
export { createMemoryMetadataStore, type MemoryPackages } from './memory-metadata-store.ts'
export { createMemoryTarballStore, type MemoryTarballs } from './memory-tarball-store.ts'
export { createIdMaker, createSteppableClock, type SteppableClock } from './time-and-ids.ts'
