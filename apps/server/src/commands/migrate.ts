import { type MetadataStore, type MigrationProgress, migrateTarballs } from '@nmr/core'
import { openMetadataStore, openTarballStore } from '../compose.ts'
import { type Config, ConfigError } from '../config.ts'

/** Where a person watches. */
export interface Screen {
  write(text: string): unknown
  readonly isTTY?: boolean
}

const types = ['local', 's3'] as const
type StoreType = (typeof types)[number]

/** Copies the tarballs that are missing in one store from another, with a line that shows how far it is. */
export async function migrate(
  config: Config,
  { from, to }: Readonly<Record<string, string>>,
  screen: Screen,
): Promise<void> {
  const source = typeOf(from, '--from')
  const target = typeOf(to, '--to')
  if (source === target)
    throw new ConfigError(`--from and --to are both ${source}: there is nothing to migrate`)
  const stores = [await openTarballStore(config, source), await openTarballStore(config, target)] as const
  const metadata = await metadataUnlessInUse(config, screen)
  try {
    const [fromStore, toStore] = stores
    const onProgress = (progress: MigrationProgress) => show(progress, screen)
    const end = await migrateTarballs({ from: fromStore, to: toStore, metadata, onProgress }).finally(
      // What is said next, or what went wrong, gets a line of its own.
      () => screen.isTTY && screen.write('\n'),
    )
    report(end, screen)
    const { length: failed } = end.problems
    if (failed > 0)
      throw new ConfigError(`${failed} tarball${failed === 1 ? '' : 's'} could not be copied, see above`)
  } finally {
    await Promise.all([...stores, metadata].map((store) => store?.close()))
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
    return await openMetadataStore(config)
  } catch (error) {
    screen.write(`${error instanceof Error ? error.message : error}\nCopying all tarballs, by their names.\n`)
    return undefined
  }
}

function show({ done, total, copied, copiedBytes }: MigrationProgress, screen: Screen): void {
  if (!screen.isTTY && done < total) return
  const width = 30
  const filled = total === 0 ? width : Math.floor((done / total) * width)
  const bar = '#'.repeat(filled).padEnd(width, '.')
  const megabytes = (copiedBytes / 1024 ** 2).toFixed(1)
  const line = `[${bar}] ${done} of ${total}, ${copied} copied (${megabytes} MB)`
  screen.write(screen.isTTY ? `\r${line}` : `${line}\n`)
}

function report({ present, problems }: MigrationProgress, screen: Screen): void {
  screen.write(`${present} were there already\n`)
  for (const problem of problems) screen.write(`${problem}\n`)
}
