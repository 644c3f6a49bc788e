import { randomBytes } from 'node:crypto'
import {
  type Authorizer,
  createRegistry,
  type MetadataStore,
  type Registry,
  type TarballStore,
  type Upstream,
} from '@nmr/core'
import { type Config, ConfigError } from './config.ts'

type Adapters<Choice extends string, Port> = Readonly<Record<Choice, (config: Config) => Promise<Port>>>

/*
 * The one place that names adapters. Each is imported when it is chosen, so what is not chosen costs neither time
 * nor memory.
 */

const metadataStores: Adapters<Config['metadata']['type'], MetadataStore> = {
  async level({ metadata }) {
    const { openLevelMetadataStore } = await import('@nmr/metadata-level')
    return openLevelMetadataStore({ location: metadata.level.path })
  },
}

const tarballStores: Adapters<Config['storage']['type'], TarballStore> = {
  async local({ storage }) {
    const { openFolderTarballStore } = await import('@nmr/tarballs-fs')
    return openFolderTarballStore({ root: storage.local.path })
  },
  async s3() {
    throw new ConfigError('storage.type: s3 is not built yet; the only value that works is local')
  },
}

const authorizers: Adapters<Config['auth']['type'], Authorizer> = {
  async none() {
    const { createOpenAuthorizer } = await import('@nmr/auth-none')
    return createOpenAuthorizer()
  },
  async github() {
    throw new ConfigError('auth.type: github is not built yet; the only value that works is none')
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

/** Opens the adapters that the configuration chooses, and builds the registry over them. */
export async function composeRegistry(config: Config): Promise<Registry> {
  const opened: { close(): Promise<void> }[] = []
  async function open<Port extends { close(): Promise<void> }>(port: Promise<Port>): Promise<Port> {
    const ready = await port
    opened.push(ready)
    return ready
  }

  try {
    const upstream = await upstreams[config.upstream.mode](config)
    const ports = {
      authorizer: await open(authorizers[config.auth.type](config)),
      tarballs: await open(tarballStores[config.storage.type](config)),
      metadata: await open(metadataStores[config.metadata.type](config)),
      ...(upstream && { upstream }),
      clock: () => new Date(),
      makeId: () => randomBytes(6).toString('hex'),
    }
    return createRegistry(ports, {
      hostedScopes: config.scopes.hosted,
      allowUnscoped: config.settings.allow_unscoped,
      allowPreviousVersion: config.settings.allow_previous_version,
      viewCacheSize: config.cache.views,
    })
  } catch (error) {
    await Promise.all(opened.map((port) => port.close()))
    throw error
  }
}
