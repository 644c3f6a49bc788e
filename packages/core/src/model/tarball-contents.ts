import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { type Extract, extract } from 'tar-stream'
import { RegistryError } from '../errors.ts'
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
  bytes: AsyncIterable<Uint8Array>,
  maxUnpackedSize: number,
): Promise<TarballContents> {
  const archive = extract()
  const unpacking = pipeline(Readable.from(bytes), createGunzip(), limit(maxUnpackedSize), archive)
  const reading = readEntries(archive)
  const results = await Promise.allSettled([reading, unpacking])
  for (const result of results) {
    if (result.status === 'rejected' && result.reason instanceof RegistryError) throw result.reason
  }
  const failed = results.find((result) => result.status === 'rejected')
  if (failed !== undefined) throw unreadable(failed.reason)
  return await reading
}

type ArchiveEntry = Extract extends AsyncIterable<infer Entry> ? Entry : never

async function readEntries(archive: Extract): Promise<TarballContents> {
  let fileCount = 0
  let unpackedSize = 0
  let found: Pick<TarballContents, 'name' | 'version'> | undefined
  for await (const entry of archive) {
    const { name, type, size } = entry.header
    if (type === 'file' || type === 'contiguous-file') {
      if (++fileCount > MAX_ENTRIES) throw invalid(`it holds more than ${MAX_ENTRIES} files`)
      unpackedSize += size
    }
    if (isPackageJson(name)) {
      const here = await readPackageJson(entry)
      if (found !== undefined && (here.name !== found.name || here.version !== found.version)) {
        throw invalid('it holds several package.json that disagree')
      }
      found = here
    } else {
      entry.resume()
    }
  }
  if (found === undefined) throw invalid('it holds no package.json')
  return { ...found, fileCount, unpackedSize }
}

function isPackageJson(path: string): boolean {
  return /^(?:\.?\/)*[^/]+\/(?:\.?\/)*package\.json$/.test(path)
}

async function readPackageJson(entry: ArchiveEntry): Promise<Pick<TarballContents, 'name' | 'version'>> {
  if (entry.header.size > MAX_PACKAGE_JSON) throw invalid('its package.json is too large')
  const chunks: Uint8Array[] = []
  for await (const chunk of entry as AsyncIterable<Uint8Array>) chunks.push(chunk)
  const { name, version } = parseObject(Buffer.concat(chunks).toString('utf8'))
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

/** Passes bytes on up to a number of them: a few kilobytes of gzip can hold gigabytes. */
function limit(max: number): (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array> {
  return async function* limited(source) {
    let total = 0
    for await (const chunk of source) {
      total += chunk.length
      if (total > max) throw new RegistryError('too_large', `the tarball unpacks to more than ${max} bytes`)
      yield chunk
    }
  }
}

function unreadable(cause: unknown): RegistryError {
  return invalid('it is not a readable gzipped tar archive', cause)
}

function invalid(problem: string, cause?: unknown): RegistryError {
  return new RegistryError('invalid_tarball', `the tarball cannot be published: ${problem}`, { cause })
}
