import { RegistryError } from '../errors.ts'
import type { ReceivedTarball } from './received-tarball.ts'
import { readTarEntries, type TarEntry } from './tar-entries.ts'
import { unpackTarball } from './unpack-tarball.ts'
import { cleanVersion } from './version.ts'

/** What a look inside a tarball shows. */
export interface TarballContents {
  /** `name` of the package.json at the top of the archive. */
  readonly name: string
  /** Its `version`, cleaned as a publishing client cleans it. */
  readonly version: string
  readonly fileCount: number
  /** Bytes of all files. */
  readonly unpackedSize: number
}

const MAX_PACKAGE_JSON = 4 * 1024 * 1024
const MAX_ENTRIES = 500_000

/**
 * Reads a tarball to its end: whether it is one, and whose. Installers unpack whatever folder the archive starts
 * with, so the package.json is the one directly under any first folder; when there are several they must agree.
 *
 * @param maxUnpackedSize bytes of the unpacked archive
 * @throws RegistryError `invalid_tarball`, `too_large`
 */
export async function inspectTarball(
  tarball: Pick<ReceivedTarball, 'size' | 'bytes'>,
  maxUnpackedSize: number,
): Promise<TarballContents> {
  try {
    return await readContents(unpackTarball(tarball, maxUnpackedSize))
  } catch (error) {
    throw error instanceof RegistryError ? error : invalid('it is not a readable gzipped tar archive', error)
  }
}

async function readContents(archive: AsyncIterable<Uint8Array>): Promise<TarballContents> {
  let fileCount = 0
  let unpackedSize = 0
  let isThere = false
  let found: Pick<TarballContents, 'name' | 'version'> | undefined
  for await (const entry of readTarEntries(archive)) {
    if (entry.isFile) {
      if (++fileCount > MAX_ENTRIES) throw invalid(`it holds more than ${MAX_ENTRIES} files`)
      unpackedSize += entry.size
    }
    if (entry.names.some(mayBePackageJson)) {
      const here = await readPackageJson(entry)
      if (found !== undefined && (here.name !== found.name || here.version !== found.version)) {
        throw invalid('it holds several package.json that disagree')
      }
      found = here
      isThere ||= entry.names.some(isPackageJson)
    }
  }
  if (found === undefined || !isThere) throw invalid('it holds no package.json')
  return { ...found, fileCount, unpackedSize }
}

/** Whether it is the package.json to every installer that unpacks it. */
function isPackageJson(path: string): boolean {
  const steps = path.split('/').filter((step) => step !== '')
  return mayBePackageJson(path) && steps.length > 1 && steps.at(-1) === 'package.json'
}

/**
 * Whether it is to any. pnpm reads the one that is in no folder, and takes a backslash for a slash; npm counts a slash at
 * the front as a folder; and there are disks to which small and large letters are the same.
 */
function mayBePackageJson(path: string): boolean {
  const steps = path.split(/[/\\]/).filter((step) => step !== '' && step !== '.')
  return steps.length <= 2 && /^package\.json$/iu.test(steps.at(-1) ?? '') && !path.endsWith('/')
}

async function readPackageJson(entry: TarEntry): Promise<Pick<TarballContents, 'name' | 'version'>> {
  if (entry.size > MAX_PACKAGE_JSON) throw invalid('its package.json is too large')
  const { name, version } = parseObject((await entry.content()).toString())
  if (typeof name !== 'string' || typeof version !== 'string')
    throw invalid('its package.json has no name or version')
  return { name, version: cleanVersion(version) ?? version }
}

function parseObject(text: string): { readonly name?: unknown; readonly version?: unknown } {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) ?? {}
  } catch (cause) {
    throw invalid('its package.json is not JSON', cause)
  }
}

function invalid(problem: string, cause?: unknown): RegistryError {
  return new RegistryError('invalid_tarball', `the tarball cannot be published: ${problem}`, { cause })
}
