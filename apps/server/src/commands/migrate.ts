import { isRegistryError, type MetadataStore, type MigrationProgress, migrateTarballs } from '@nmr/core'
import { openMetadataStore, openTarballStore } from '../compose.ts'
import { type Config, ConfigError } from '../config.ts'
import { createProgressLine, type Screen } from './progress-line.ts'

const types = ['local', 's3'] as const
type StoreType = (typeof types)[number]

/** Copies the tarballs that are missing in one store from another, with a line that shows how far it is. */
export async function migrate(
  config: Config,
  options: Readonly<Record<string, string>>,
  screen: Screen,
): Promise<void> {
  const source = typeOf(options.from, '--from')
  const target = typeOf(options.to, '--to')
  if (source === target)
    throw new ConfigError(`--from and --to are both ${source}: there is nothing to migrate`)
  const metadata = await metadataUnlessInUse(config, screen)
  const opened: { close(): Promise<void> }[] = metadata === undefined ? [] : [metadata]
  try {
    const from = await openTarballStore(config, source)
    opened.push(from)
    const to = await openTarballStore(config, target)
    opened.push(to)
    const onProgress = createProgressLine(screen, Date.now)
    const end = await migrateTarballs({ from, to, metadata, onProgress }).finally(
      // What is said next, or what went wrong, gets a line of its own.
      () => screen.isTTY && screen.write('\n'),
    )
    report(end, screen)
    const { length: failed } = end.problems
    if (failed > 0)
      throw new ConfigError(`${failed} tarball${failed === 1 ? '' : 's'} could not be copied, see above`)
  } finally {
    await Promise.all(opened.map((store) => store.close()))
  }
}

function typeOf(value: string | undefined, option: string): StoreType {
  const type = types.find((known) => known === value)
  if (type === undefined)
    throw new ConfigError(`${option} ${JSON.stringify(value)} is no store: ${types.join(' or ')} are`)
  return type
}

/** A registry that runs keeps its database to itself; then every tarball is checked against its own name. */
async function metadataUnlessInUse(config: Config, screen: Screen): Promise<MetadataStore | undefined> {
  try {
    return await openMetadataStore(config, { create: false })
  } catch (error) {
    if (!isRegistryError(error) || Object(error.cause).code !== 'LEVEL_LOCKED') throw error
    screen.write(`${error.message}\nCopying all tarballs, by their names.\n`)
    return undefined
  }
}

function report({ present, problems }: MigrationProgress, screen: Screen): void {
  screen.write(`${present} were there already\n`)
  for (const problem of problems) screen.write(`${problem}\n`)
}
