import type { AddressInfo } from 'node:net'
import { buildApp } from '../app.ts'
import { composeRegistry } from '../compose.ts'
import { handOver } from '../config/hand-over.ts'
import { type Config, ConfigError } from '../config.ts'
import { assertSpoolFolder } from '../http/spool.ts'
import { createLogger } from '../log.ts'
import { warnings, welcome } from '../welcome.ts'

/** What `serve` needs of its process. */
export interface Process {
  print(text: string): void
  warn(text: string): void
  /** Calls back when somebody wants the process to end. */
  onStop(stop: () => void): void
}

/** Milliseconds that requests have to finish once the registry is told to stop. */
const GRACE = 30_000

/** Runs the registry until it is told to stop: then it accepts nothing new, finishes what is under way, and closes. */
export async function serve(config: Config, { print, warn, onStop }: Process): Promise<void> {
  const logger = createLogger(config.logger.level)
  await mendable(assertSpoolFolder(config.settings.spool_path), 'settings.spool_path cannot be used')
  const { registry, redirectsTo } = await composeRegistry(config, logger)
  const app = buildApp({
    registry,
    logger,
    clock: () => new Date(),
    publicUrl: config.server.public_url,
    trustProxy: config.server.trust_proxy,
    maxTarballSize: config.settings.max_tarball_size,
    spoolPath: config.settings.spool_path,
    handOver: handOver(config),
    redirectExcept: config.storage.s3.redirect_except,
    answerCacheSize: config.cache.answers,
    immutableTarballs: !config.settings.allow_previous_version,
  })
  const closed = new Promise<void>((resolve) => app.server.once('close', resolve))
  try {
    const { host, port } = config.server
    await mendable(
      app.listen({ host, port }),
      `server.host ${host} with server.port ${port} cannot be listened on`,
    )
  } catch (error) {
    await registry.close()
    throw error
  }
  for (const warning of warnings(config, redirectsTo)) warn(warning)
  print(welcome(config, (app.server.address() as AddressInfo).port))

  onStop(() => {
    logger.info('stopping')
    setTimeout(() => app.server.closeAllConnections(), GRACE).unref()
    void app.close()
  })
  await closed
  await registry.close()
  logger.info('stopped')
}

/** Tells an operator which keys to look at, where the system says only what it could not do. */
async function mendable(work: Promise<unknown>, trouble: string): Promise<void> {
  try {
    await work
  } catch (cause) {
    throw new ConfigError(`${trouble}: ${cause instanceof Error ? cause.message : cause}`)
  }
}
