import type { Measured } from '../model/integrity.ts'
import type { TarballKey } from '../model/tarball-key.ts'

/**
 * Keeps tarballs' bytes. Nobody reads a key before a committed version row names it, so the store needs no
 * transactions with the metadata: bytes are put first, and what no row names is garbage.
 */
export interface TarballStore {
  /**
   * Stores the bytes of `body` under `key`, durably, or nothing at all: when `body` fails, or is not what `expected`
   * says, the key stays as it was. A key is never put twice with different bytes. `body` is read to its end at once; what
   * is waited for then is the disk, or the network.
   *
   * @throws RegistryError `invalid_tarball` when size or integrity differ from `expected`
   */
  put(
    key: TarballKey,
    body: AsyncIterable<Uint8Array>,
    expected: Pick<Measured, 'size' | 'integrity'>,
    options?: PutOptions,
  ): Promise<void>
  /** The bytes, or where they are; `undefined` when there is no such key. */
  open(key: TarballKey, options?: OpenOptions): Promise<OpenTarball | undefined>
  /** Removes a key; one that is not there is removed already. */
  remove(key: TarballKey): Promise<void>
  /** Everything stored, in any order: for garbage collection and verification. */
  keys(): AsyncIterable<StoredTarball>
  /**
   * Discards what puts that began before a moment have left behind without ending, as a crash does.
   *
   * @returns how many there were
   */
  discardUnfinished(before: Date): Promise<number>
  /** Waits for what is under way and releases the store. */
  close(): Promise<void>
}

export interface PutOptions {
  /**
   * Whether the key was made for this put, and is named by no row before the put is answered; by default it may be. After
   * a crash in between, such a key may be there in part: it is garbage, whatever is in it.
   */
  readonly fresh?: boolean | undefined
}

export interface OpenOptions {
  /** Only these bytes, where they come as a stream; whoever follows a redirect asks for the part there. */
  readonly range?: ByteRange | undefined
  /** Whether a redirect will do; by default it does. */
  readonly redirect?: boolean | undefined
  /** Whether a file will do, whole, whatever the range; by default it does not. */
  readonly file?: boolean | undefined
  /**
   * Gives memory for the next chunk, at most as many bytes as are still to come, which is then a view on its start. By
   * default it is new each time; whoever gives the same again has to be done with the chunk in it. A store whose bytes
   * come in memory of somebody else's does not ask.
   */
  readonly allocate?: ((size: number) => Uint8Array) | undefined
}

/** Both ends inclusive, inside the tarball. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

export type OpenTarball =
  | {
      readonly kind: 'stream'
      /** Must be read to its end or destroyed. It fails rather than end early. */
      readonly body: AsyncIterable<Uint8Array>
      /** Bytes of `body`. */
      readonly size: number
    }
  | {
      readonly kind: 'redirect'
      /** Absolute, usable without any header, for a short time; a secret. */
      readonly url: string
    }
  | {
      readonly kind: 'file'
      /** From where the store keeps its files, with `/` between names that are neither empty nor start with a dot. */
      readonly path: string
      /** Bytes of the file. */
      readonly size: number
    }

export interface StoredTarball {
  readonly key: TarballKey
  /** When the bytes were put. */
  readonly modified: Date
}
