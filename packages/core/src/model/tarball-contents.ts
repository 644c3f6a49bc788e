import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, gunzipSync } from 'node:zlib'
import { type Extract, extract } from 'tar-stream'
import { RegistryError } from '../errors.ts'
import type { ReceivedTarball } from './received-tarball.ts'
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

/** Bytes of a tarball that is unpacked in one go, and of what it then may unpack to: a few milliseconds. */
const SMALL = 64 * 1024
const SMALL_UNPACKED = 1024 * 1024
const MIN_CHUNK = 1024

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
  const unpacked = tarball.size > SMALL ? undefined : await unpackSmall(tarball, maxUnpackedSize)
  const archive = extract()
  const reading = readEntries(archive)
  const unpacking =
    unpacked === undefined ? unpackInto(archive, tarball, maxUnpackedSize) : archive.end(unpacked)
  const results = await Promise.allSettled([reading, unpacking])
  for (const result of results) {
    if (result.status === 'rejected' && result.reason instanceof RegistryError) throw result.reason
  }
  const failed = results.find((result) => result.status === 'rejected')
  if (failed !== undefined) throw unreadable(failed.reason)
  return await reading
}

/**
 * Unpacks in one go, without the streams and threads that cost more than the work. Whatever does not come out so is
 * `undefined`, and goes the long way, which finds out why.
 */
async function unpackSmall(
  { bytes }: Pick<ReceivedTarball, 'bytes'>,
  maxUnpackedSize: number,
): Promise<Uint8Array | undefined> {
  const packed = await joined(bytes())
  // A gzip ends with the size of what is in it. One that lies is unpacked in more pieces, up to the limit.
  const size = packed.length < 4 ? 0 : packed.readUInt32LE(packed.length - 4)
  const maxOutputLength = Math.min(maxUnpackedSize, SMALL_UNPACKED)
  if (size > maxOutputLength) return undefined
  try {
    return gunzipSync(packed, { maxOutputLength, chunkSize: Math.max(size + 1, MIN_CHUNK) })
  } catch {
    return undefined
  }
}

async function joined(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  const [only] = chunks
  return only !== undefined && chunks.length === 1
    ? Buffer.from(only.buffer, only.byteOffset, only.byteLength)
    : Buffer.concat(chunks)
}

function unpackInto(
  archive: Extract,
  { bytes }: Pick<ReceivedTarball, 'bytes'>,
  maxUnpackedSize: number,
): Promise<void> {
  return pipeline(Readable.from(bytes()), createGunzip(), limit(maxUnpackedSize), archive)
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
