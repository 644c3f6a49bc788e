import type { AuditDocument, AuditKind } from './model/audit.ts'
import type { DistTags } from './model/dist-tag.ts'
import type { PackageName } from './model/package-name.ts'
import type { Submission } from './model/publication.ts'
import type { Revision } from './model/revision.ts'
import type { Action, Credential, Decision, Explanation, Login, Principal } from './ports/authorizer.ts'
import type { Ports } from './ports/ports.ts'
import type { Elsewhere } from './ports/upstream.ts'
import { createLiveIndex } from './search/live-index.ts'
import { observedMetadata } from './search/observed-metadata.ts'
import { defaultSettings, type Settings } from './settings.ts'
import {
  type Collaborators,
  collaborators,
  listPackages,
  type PackageAccess,
  type Visibility,
  visibility,
} from './usecases/access.ts'
import { audit } from './usecases/audit.ts'
import type { Context } from './usecases/context.ts'
import { type Deprecation, deprecate } from './usecases/deprecate.ts'
import { type ListedDistTags, listDistTags, removeDistTag, setDistTags } from './usecases/dist-tags.ts'
import { type Download, download } from './usecases/download.ts'
import { createHosting } from './usecases/hosting.ts'
import { login } from './usecases/login.ts'
import { addMaintainer, removeMaintainer } from './usecases/maintainers.ts'
import { assertMayRead, explain, permission } from './usecases/permission.ts'
import { assertMayPublish, type Published, publish } from './usecases/publish.ts'
import {
  type PackumentRequest,
  type Readable,
  readPackument,
  readVersion,
  type VersionRequest,
} from './usecases/read-document.ts'
import {
  type ChangedPackages,
  listChanged,
  listStarred,
  type SearchRequest,
  type SearchResult,
  search,
} from './usecases/search.ts'
import { createChanges } from './usecases/standing.ts'
import { setStar } from './usecases/star.ts'
import { assertTarballGone, type Unpublish, unpublish } from './usecases/unpublish.ts'
import { type WriteDocument, writeDocument } from './usecases/write-document.ts'
import { createViews } from './views/views.ts'

/** Whoever asks: nobody is `undefined`. */
export type Caller = Principal | undefined

/**
 * The application: each use-case as a function. All of them check the caller's permission themselves and throw
 * `RegistryError`; what each does and throws stands at its own definition.
 */
export interface Registry {
  authenticate(credential: Credential | undefined, options?: { readonly lazily?: boolean }): Promise<Caller>
  login(username: string, password: string): Promise<Login>
  permission(caller: Caller, action: Action, name: PackageName): Promise<Decision>
  explain(caller: Caller, action: Action, name: PackageName): Promise<Explanation>
  visibility(caller: Caller, name: PackageName): Promise<Visibility>
  collaborators(caller: Caller, name: PackageName): Promise<Collaborators>
  listPackages(caller: Caller, owner: string): Promise<PackageAccess>

  readPackument(caller: Caller, request: PackumentRequest): Promise<Readable | Elsewhere>
  readVersion(caller: Caller, request: VersionRequest): Promise<Readable | Elsewhere>
  download(
    caller: Caller,
    tarball: { readonly name: PackageName; readonly file: string },
  ): Promise<Download | Elsewhere>

  assertMayRead(caller: Caller, name: PackageName): Promise<void>
  assertMayPublish(caller: Caller, name: PackageName): Promise<void>
  publish(caller: Caller, submission: Submission): Promise<Published>
  unpublish(caller: Caller, name: PackageName, what: Unpublish): Promise<Revision>
  assertTarballGone(
    caller: Caller,
    tarball: { readonly name: PackageName; readonly file: string },
  ): Promise<void>
  deprecate(caller: Caller, name: PackageName, deprecation: Deprecation): Promise<Revision>
  setStar(caller: Caller, name: PackageName, starred: boolean): Promise<Revision>
  addMaintainer(caller: Caller, name: PackageName, user: string): Promise<Revision>
  removeMaintainer(caller: Caller, name: PackageName, user: string): Promise<Revision>
  writeDocument(caller: Caller, name: PackageName, write: WriteDocument): Promise<Revision>

  listDistTags(caller: Caller, name: PackageName): Promise<ListedDistTags | Elsewhere>
  setDistTags(caller: Caller, name: PackageName, tags: DistTags): Promise<Revision>
  removeDistTag(caller: Caller, name: PackageName, tag: string): Promise<Revision>

  audit(kind: AuditKind, body: unknown): Promise<AuditDocument>

  search(caller: Caller, request: SearchRequest): Promise<SearchResult>
  listStarred(caller: Caller, user: string): Promise<readonly PackageName[]>
  listChanged(caller: Caller, since?: number): Promise<ChangedPackages>

  /** Closes the ports, after what is under way in them. */
  close(): Promise<void>
}

/** Builds a registry over the ports that the caller chose. */
export function createRegistry(ports: Ports, settings: Partial<Settings> = {}): Registry {
  const all = { ...defaultSettings, ...settings }
  const searchIndex = createLiveIndex(ports.metadata)
  const changes = createChanges()
  const views = createViews(ports.metadata, all.viewCacheSize)
  const context: Context = {
    ...ports,
    metadata: observedMetadata(ports.metadata, (change, revision) => {
      changes.happened(change.name)
      searchIndex.changed(change.name)
      if (revision !== undefined) views.committed(change, revision)
    }),
    changes,
    searchIndex,
    settings: all,
    views,
    hosting: createHosting(ports.metadata, all),
  }
  return {
    authenticate: (...args) => ports.authorizer.authenticate(...args),
    login: (...args) => login(context, ...args),
    permission: (...args) => permission(context, ...args),
    explain: (...args) => explain(context, ...args),
    visibility: (...args) => visibility(context, ...args),
    collaborators: (...args) => collaborators(context, ...args),
    listPackages: (...args) => listPackages(context, ...args),
    readPackument: (...args) => readPackument(context, ...args),
    readVersion: (...args) => readVersion(context, ...args),
    download: (...args) => download(context, ...args),
    assertMayRead: (...args) => assertMayRead(context, ...args),
    assertMayPublish: (...args) => assertMayPublish(context, ...args),
    publish: (...args) => publish(context, ...args),
    unpublish: (...args) => unpublish(context, ...args),
    assertTarballGone: (...args) => assertTarballGone(context, ...args),
    deprecate: (...args) => deprecate(context, ...args),
    setStar: (...args) => setStar(context, ...args),
    addMaintainer: (...args) => addMaintainer(context, ...args),
    removeMaintainer: (...args) => removeMaintainer(context, ...args),
    writeDocument: (...args) => writeDocument(context, ...args),
    listDistTags: (...args) => listDistTags(context, ...args),
    setDistTags: (...args) => setDistTags(context, ...args),
    removeDistTag: (...args) => removeDistTag(context, ...args),
    audit: (...args) => audit(context, ...args),
    search: (...args) => search(context, ...args),
    listStarred: (...args) => listStarred(context, ...args),
    listChanged: (...args) => listChanged(context, ...args),
    async close() {
      await Promise.all([ports.metadata.close(), ports.tarballs.close(), ports.authorizer.close()])
    },
  }
}
