import { ConfigError } from './config-error.ts'
import { variablesOf } from './environment.ts'
import { headerPath } from './formats.ts'
import { handOver, isHeaderPath } from './hand-over.ts'
import type { Config } from './schema.ts'

/**
 * Refuses values that are fine alone and impossible together.
 *
 * @param sourceOf who set a key
 * @throws ConfigError
 */
export function checkCombinations(config: Config, sourceOf: (key: string) => string): void {
  const { bucket, accessKeyId, secretAccessKey } = config.storage.s3
  const by = (key: string) => `${key} (${sourceOf(key)})`

  if (config.storage.type === 's3' && bucket === undefined) {
    throw new ConfigError(
      `storage.s3.bucket is not set, and ${by('storage.type')} is s3: a bucket's name is needed, ${howTo('storage.s3.bucket')}`,
    )
  }
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    const [given, missing] =
      accessKeyId === undefined
        ? ['storage.s3.secretAccessKey', 'storage.s3.accessKeyId']
        : ['storage.s3.accessKeyId', 'storage.s3.secretAccessKey']
    throw new ConfigError(
      `${missing} is not set, and ${by(given)} is: both or neither are allowed, ${howTo(missing)}`,
    )
  }
  checkHandOver(config, by)
  const owners = new Map<string, string>()
  for (const [key, folder] of foldersInUse(config)) {
    const owner = owners.get(folder)
    if (owner !== undefined) {
      throw new ConfigError(`${by(key)} is the folder of ${by(owner)} as well: each needs one of its own`)
    }
    owners.set(folder, key)
  }
}

/** Whoever is not known to be the front server would be answered with nothing but the name of a file. */
function checkHandOver(config: Config, by: (key: string) => string): void {
  const told = handOver(config)
  if (told === undefined) return
  const chosen = `${by('storage.local.sendfile')} is ${told.header}`
  if (config.storage.type !== 'local')
    throw new ConfigError(
      `${chosen}, and ${by('storage.type')} is ${config.storage.type}: only files of a local folder can be handed over; storage.s3.redirect sends readers to S3`,
    )
  if (config.server.trust_proxy === false)
    throw new ConfigError(
      `${chosen}, and server.trust_proxy is not set: the address of the proxy is needed, ${howTo('server.trust_proxy')}`,
    )
  if (!isHeaderPath(told.base))
    throw new ConfigError(
      `${chosen}, and ${by('storage.local.path')} is not ${headerPath.allowed}: set storage.local.sendfile_base, ${howTo('storage.local.sendfile_base')}`,
    )
}

function howTo(key: string): string {
  return `for instance in ${variablesOf(key)[0]}`
}

function foldersInUse({ settings, storage, metadata, auth }: Config): [key: string, folder: string][] {
  return [
    ['metadata.level.path', metadata.level.path],
    ...(storage.type === 'local' ? [['storage.local.path', storage.local.path] as [string, string]] : []),
    ...(auth.type === 'github'
      ? [['auth.github.cache.path', auth.github.cache.path] as [string, string]]
      : []),
    ['settings.spool_path', settings.spool_path],
  ]
}
