import { createMeter, type Measured, parsePackageName, type TarballKey, tarballKey } from '@nmr/core'

/** A tarball too large to keep in memory, whose bytes are made each time they are read. */
export interface LargeTarball {
  readonly key: TarballKey
  readonly measured: Measured
  /** @param onChunk told before each chunk how many bytes have been handed out so far */
  bytes(onChunk?: (handedOut: number) => void): AsyncGenerator<Uint8Array, void, void>
}

const CHUNK = 64 * 1024

/** The same bytes for the same size; no two chunks are alike. */
export function largeTarball(size: number): LargeTarball {
  async function* bytes(onChunk: (handedOut: number) => void = () => {}) {
    for (let start = 0; start < size; start += CHUNK) {
      onChunk(start)
      yield Buffer.alloc(Math.min(CHUNK, size - start), `chunk at ${start} `)
    }
  }
  const meter = createMeter()
  for (let start = 0; start < size; start += CHUNK) {
    meter.update(Buffer.alloc(Math.min(CHUNK, size - start), `chunk at ${start} `))
  }
  const measured = meter.measured()
  return {
    key: tarballKey(parsePackageName('@acme/large'), '1.0.0', measured.integrity, 'large'),
    measured,
    bytes,
  }
}
