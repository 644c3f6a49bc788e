import { randomUUID } from 'node:crypto'
import {
  type Authorizer,
  createRegistry,
  type MetadataStore,
  type Registry,
  type TarballStore,
  type Upstream,
} from '@nmr/core'
import type { Logger } from 'pino'
import { type Config, ConfigError } from './config.ts'
import { importOptionalAdapter } from './optional-adapter.ts'

type Adapters<Choice extends string, Port, More extends readonly unknown[] = []> = Readonly<
  Record<Choice, (config: Config, ...more: More) => Promise<Port>>
>

/*
 * The one place that names adapters. Each is imported when it is chosen, so what is not chosen costs neither time
 * nor memory; those with large dependencies need not even be installed.
 */

const metadataStores: Adapters<
  Config['metadata']['type'],
  MetadataStore,
  [options: { readonly create?: boolean }]
> = {
  async level({ metadata }, options) {
    const { openLevelMetadataStore } = await import('@nmr/metadata-level')
    return openLevelMetadataStore({ ...options, location: metadata.level.path })
  },
}

const tarballStores: Adapters<
  Config['storage']['type'],
  TarballStore & { readonly redirectsTo?: string | undefined }
> = {
  async local({ storage }) {
    const { openFolderTarballStore } = await import('@nmr/tarballs-fs')
    return openFolderTarballStore({ root: storage.local.path })
  },
  async s3({ storage }) {
    const { openS3TarballStore } = await importOptionalAdapter(
      '@nmr/tarballs-s3',
      'tarballs in S3',
      () => import('@nmr/tarballs-s3'),
    )
    const { bucket, redirect_except, public_endpoint, force_path_style, ...options } = storage.s3
    if (bucket === undefined) throw new ConfigError('storage.s3.bucket is not set: a bucket’s name is needed')
    return openS3TarballStore({
      ...options,
      bucket,
      publicEndpoint: public_endpoint,
      forcePathStyle: force_path_style,
    })
  },
}

const authorizers: Adapters<Config['auth']['type'], Authorizer, [logger: Logger]> = {
  async none() {
    const { createOpenAuthorizer } = await import('@nmr/auth-none')
    return createOpenAuthorizer()
  },
  async github({ auth }, logger) {
    const { openGithubAuthorizer } = await importOptionalAdapter(
      '@nmr/auth-github',
      'permissions from GitHub',
      () => import('@nmr/auth-github'),
    )
    const { host, api_url, scopes, anonymous_read, unpublish, write_probe, cache } = auth.github
    return openGithubAuthorizer({
      host,
      ...(api_url && { apiUrl: api_url }),
      scopes: ownersByScope(scopes),
      anonymousRead: anonymous_read,
      ...(unpublish && { unpublish }),
      writeProbe: write_probe,
      cache: {
        path: cache.path,
        ttl: cache.ttl,
        negativeTtl: cache.negative_ttl,
        staleIfError: cache.stale_if_error,
      },
      onMove: (move) => logger.info({ move }, 'a package is moved to another repository'),
    })
  },
}

const upstreams: Adapters<Config['upstream']['mode'], Upstream | undefined> = {
  async off() {
    return undefined
  },
  async redirect({ upstream }) {
    const { createRedirectUpstream } = await import('@nmr/upstream-redirect')
    return createRedirectUpstream(upstream.url === undefined ? {} : { url: upstream.url })
  },
}

/** A registry over the adapters that the configuration chooses. */
export interface Composed {
  readonly registry: Registry
  /** The host name that clients are redirected to for tarballs, where they are. */
  readonly redirectsTo: string | undefined
}

/** @param options with `create: false` the store has to be there already: for what only looks after a registry */
export function openMetadataStore(
  config: Config,
  options: { readonly create?: boolean } = {},
): Promise<MetadataStore> {
  return metadataStores[config.metadata.type](config, options)
}

/** @param type another store than the one that is configured */
export function openTarballStore(config: Config, type = config.storage.type): Promise<TarballStore> {
  return tarballStores[type](config)
}

/** Opens all adapters, and builds the registry over them. */
export async function composeRegistry(config: Config, logger: Logger): Promise<Composed> {
  const opened: { close(): Promise<void> }[] = []
  async function open<Port extends { close(): Promise<void> }>(port: Promise<Port>): Promise<Port> {
    const ready = await port
    opened.push(ready)
    return ready
  }

  try {
    const upstream = await upstreams[config.upstream.mode](config)
    const tarballs = await open(tarballStores[config.storage.type](config))
    const ports = {
      authorizer: await open(authorizers[config.auth.type](config, logger)),
      tarballs,
      metadata: await open(openMetadataStore(config)),
      ...(upstream && { upstream }),
      clock: () => new Date(),
      // Its last part; Node draws a hundred and more of them at once.
      makeId: () => randomUUID().slice(-12),
    }
    const registry = createRegistry(ports, {
      hostedScopes: config.scopes.hosted,
      onlyHostedScopes: config.scopes.only_hosted,
      allowUnscoped: config.settings.allow_unscoped,
      allowPreviousVersion: config.settings.allow_previous_version,
      viewCacheSize: config.cache.views,
    })
    return { registry, redirectsTo: tarballs.redirectsTo }
  } catch (error) {
    await Promise.all(opened.map((port) => port.close()))
    throw error
  }
}

/** `@acme=acme-inc` → `{ acme: ['acme-inc'] }`. */
function ownersByScope(pairs: readonly string[]): Record<string, string[]> {
  const owners: Record<string, string[]> = {}
  for (const pair of pairs) {
    const [scope = '', owner = ''] = pair.split('=')
    owners[scope] = [...(owners[scope] ?? []), owner]
  }
  return owners
}
