export { createAskedBefore } from './asked-before.ts'
export { type ErrorCode, errorCodes, isRegistryError, RegistryError } from './errors.ts'
export { type AuditDocument, type AuditKind, noAdvisories } from './model/audit.ts'
export { type DistTags, LATEST } from './model/dist-tag.ts'
export type { SentDocument } from './model/document-change.ts'
export type { Measured } from './model/integrity.ts'
export { nextRevision } from './model/next-revision.ts'
export { type PackageName, parsePackageName, scopeOf } from './model/package-name.ts'
export {
  type Head,
  type HeadDraft,
  type Maintainer,
  type Package,
  type PublishedVersion,
  publishedVersions,
  type TarballReference,
  type Timestamp,
  type Tombstone,
  type VersionOutline,
  type VersionRow,
} from './model/packument.ts'
export type { Attachment, PublishDocument, Submission } from './model/publication.ts'
export { createMeter, type Meter, type ReceivedTarball, receivedTarball } from './model/received-tarball.ts'
export type { GoverningRepository } from './model/repository.ts'
export type { Revision } from './model/revision.ts'
export {
  decodeHead,
  decodeVersionOutline,
  decodeVersionRow,
  encodeHead,
  encodeVersionRow,
} from './model/row-codec.ts'
export { tarballFile } from './model/tarball-file.ts'
export { parseTarballKey, type TarballKey, tarballKey } from './model/tarball-key.ts'
export { verifiedBytes } from './model/verified-bytes.ts'
export { ownMemory } from './own-memory.ts'
export {
  type Action,
  type Authorizer,
  actions,
  type Credential,
  type Decision,
  type ExplainedAnswer,
  type Explanation,
  type Login,
  type Principal,
  type Subject,
} from './ports/authorizer.ts'
export type { MetadataChange, MetadataStore, NameRange, PackageReader } from './ports/metadata-store.ts'
export type { Ports } from './ports/ports.ts'
export type {
  ByteRange,
  OpenOptions,
  OpenTarball,
  StoredTarball,
  TarballStore,
} from './ports/tarball-store.ts'
export { createUnderWay, type UnderWay } from './ports/under-way.ts'
export type { Elsewhere, Upstream, UpstreamResource } from './ports/upstream.ts'
export { type Caller, createRegistry, type Registry } from './registry.ts'
export type { Listing } from './search/listing.ts'
export { defaultSettings, type Settings } from './settings.ts'
export { createSlabs, MAX_PIECE, type Piece, type Slabs } from './slabs.ts'
export { type CollectedGarbage, collectGarbage, type GarbageCollection } from './usecases/collect-garbage.ts'
export type { Deprecation } from './usecases/deprecate.ts'
export type { ListedDistTags } from './usecases/dist-tags.ts'
export type { Download } from './usecases/download.ts'
export {
  type MigrationProgress,
  migrateTarballs,
  type TarballMigration,
} from './usecases/migrate-tarballs.ts'
export type { Published } from './usecases/publish.ts'
export type { PackumentRequest, Readable, VersionRequest } from './usecases/read-document.ts'
export type { ChangedPackages, SearchRequest, SearchResult } from './usecases/search.ts'
export type { Standing } from './usecases/standing.ts'
export type { Unpublish } from './usecases/unpublish.ts'
export type { WriteDocument } from './usecases/write-document.ts'
export type { ContentEncoding, View } from './views/views.ts'
