import { isRegistryError, RegistryError } from '../errors.ts'
import type { Measured } from '../model/integrity.ts'
import { publishedVersions } from '../model/packument.ts'
import { createMeter } from '../model/received-tarball.ts'
import { isKeyOf, type TarballKey } from '../model/tarball-key.ts'
import { verifiedBytes } from '../model/verified-bytes.ts'
import type { MetadataStore } from '../ports/metadata-store.ts'
import type { TarballStore } from '../ports/tarball-store.ts'
import { packageOutline } from './package-outline.ts'

/** What a store says, or is asked to keep, of a tarball. */
type Expected = Pick<Measured, 'size' | 'integrity'>

/** A tarball that a store should have. */
export interface WantedTarball {
  readonly key: TarballKey
  /**
   * What its bytes must be; `undefined` when `store` would have to say it and does not have it.
   *
   * @throws RegistryError `invalid_tarball` when they are not what the key says
   */
  measure(store: TarballStore): Promise<Expected | undefined>
  /** Whether it is not to be had for a better reason than that it was removed meanwhile. */
  isStillWanted(): Promise<boolean>
}

/** The tarballs of all published versions. */
export async function wantedByRows(metadata: MetadataStore): Promise<WantedTarball[]> {
  const wanted: WantedTarball[] = []
  for await (const name of metadata.names()) {
    const { versions = [] } = (await packageOutline(metadata, name)) ?? {}
    for (const { version, tarball } of publishedVersions(versions)) {
      const { key, size, integrity } = tarball
      wanted.push({
        key,
        measure: async () => ({ size, integrity }),
        async isStillWanted() {
          const row = await metadata.version(name, version)
          return row?.kind === 'published' && row.tarball.key === key
        },
      })
    }
  }
  return wanted
}

/** Everything that a store has. */
export async function wantedByKeys(store: TarballStore): Promise<WantedTarball[]> {
  const wanted: WantedTarball[] = []
  for await (const { key } of store.keys()) {
    wanted.push({ key, measure: (from) => measure(from, key), isStillWanted: async () => false })
  }
  return wanted
}

async function measure(store: TarballStore, key: TarballKey): Promise<Expected | undefined> {
  const body = await readTarball(store, key)
  if (body === undefined) return undefined
  const meter = createMeter()
  for await (const chunk of body) meter.update(chunk)
  const measured = meter.measured()
  if (isKeyOf(key, measured.integrity)) return measured
  const why = 'it is damaged, or of a publish that is under way or was cut off'
  throw new RegistryError(
    'invalid_tarball',
    `it has the integrity ${measured.integrity}, which is not the key's: ${why}`,
  )
}

/** Whether a store has a tarball with these bytes; reads all of them. */
export async function isWhole(store: TarballStore, key: TarballKey, expected: Expected): Promise<boolean> {
  const body = await readTarball(store, key)
  if (body === undefined) return false
  try {
    for await (const _ of verifiedBytes(body, expected));
    return true
  } catch (error) {
    if (isRegistryError(error, 'invalid_tarball')) return false
    throw error
  }
}

/** A tarball's bytes; `undefined` when the store does not have it. */
export async function readTarball(
  store: TarballStore,
  key: TarballKey,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const opened = await store.open(key, { redirect: false })
  if (opened === undefined || opened.kind === 'stream') return opened?.body
  throw new TypeError(`the store answers with a ${opened.kind} though it was told not to`)
}
