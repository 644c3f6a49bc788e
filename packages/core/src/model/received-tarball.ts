import { createHash } from 'node:crypto'
import type { Measured } from './integrity.ts'

/** A tarball that has arrived whole and was measured, and can be read as often as needed. */
export interface ReceivedTarball extends Measured {
  bytes(): AsyncIterable<Uint8Array>
}

/** Measures bytes as they pass. */
export interface Meter {
  update(chunk: Uint8Array): void
  /** Call once, at the end. */
  measured(): Measured
}

export function createMeter(): Meter {
  const sha1 = createHash('sha1')
  const sha512 = createHash('sha512')
  let size = 0
  return {
    update(chunk) {
      size += chunk.length
      sha1.update(chunk)
      sha512.update(chunk)
    },
    measured: () => ({ size, shasum: sha1.digest('hex'), integrity: `sha512-${sha512.digest('base64')}` }),
  }
}

/** A tarball that is in memory already. */
export function receivedTarball(bytes: Uint8Array): ReceivedTarball {
  const meter = createMeter()
  meter.update(bytes)
  return {
    ...meter.measured(),
    async *bytes() {
      yield bytes
    },
  }
}
