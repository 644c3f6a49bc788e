import { createMeter, type ReceivedTarball, RegistryError } from '@nmr/core'
import secureJson from 'secure-json-parse'
import { createBase64Decoder, decodedSize } from './base64-decoder.ts'
import { assertShape, MAX_VALUES } from './json-shape.ts'
import { createPublishScanner } from './publish-scanner.ts'
import { createSpool } from './spool.ts'

/** The body of a `PUT /:package`, received whole. */
export interface PublishBody {
  /** The parsed JSON, always an object, in which the tarball's `data` is `""`. */
  readonly document: unknown
  /** The tarball that came in `_attachments`; absent where a client changes the document only. */
  readonly attached: ReceivedAttachment | undefined
  /** Releases what holds the tarball, after which its bytes cannot be read. May be called any number of times. */
  dispose(): Promise<void>
}

export interface ReceivedAttachment {
  /** Its key in `_attachments`, such as `@acme/x-1.0.0.tgz`. */
  readonly key: string
  readonly tarball: ReceivedTarball
}

export interface PublishBodyLimits {
  /** Bytes of the tarball, decoded. */
  readonly maxTarballSize: number
  /** Bytes of the JSON without the tarball's data. All of them are held in memory. */
  readonly maxDocumentSize: number
  /** The folder for tarballs that are being received; made when it is missing. */
  readonly spoolPath: string
}

/**
 * Reads the body of a publish in constant memory: the JSON is kept, the tarball in it is decoded and measured while
 * it arrives, and waits in a spool. Sigstore bundles are JSON and stay in the document.
 *
 * The source is read to its end or, when the body is refused, closed. Hand in an HTTP request as
 * `request.iterator({ destroyOnReturn: false })` and `resume()` it after a refusal: its client is still writing, and
 * while nobody reads, the connection hangs.
 *
 * @throws RegistryError `too_large` as soon as a limit is passed; `invalid_tarball` for data that is not base64;
 * `invalid_request` for all else that is not one whole JSON object with at most one tarball
 */
export async function readPublishBody(
  source: AsyncIterable<Uint8Array>,
  limits: PublishBodyLimits,
): Promise<PublishBody> {
  const scanner = createPublishScanner(limits.maxDocumentSize)
  let receiving: Receiving | undefined
  try {
    for await (const chunk of unlessBroken(source)) {
      for (const { key, bytes, last } of scanner.scan(chunk)) {
        receiving ??= receiveTarball(key, limits)
        await receiving.write(bytes)
        if (last) await receiving.end()
      }
    }
    const document = parseDocument(scanner.end())
    const received = receiving
    return {
      document,
      attached: received?.attachment(),
      dispose: async () => received?.dispose(),
    }
  } catch (error) {
    await receiving?.dispose()
    throw error
  }
}

async function* unlessBroken(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* source
  } catch (cause) {
    if (cause instanceof RegistryError) throw cause
    throw new RegistryError('invalid_request', 'the request broke off before its body was complete', {
      cause,
    })
  }
}

interface Receiving {
  write(base64: Uint8Array): Promise<void>
  end(): Promise<void>
  /** Call once, after the end. */
  attachment(): ReceivedAttachment
  dispose(): Promise<void>
}

function receiveTarball(key: string, { maxTarballSize, spoolPath }: PublishBodyLimits): Receiving {
  const decoder = createBase64Decoder()
  const meter = createMeter()
  const spool = createSpool(spoolPath)
  let size = 0
  return {
    async write(base64) {
      const place = await spool.place(decodedSize(base64))
      const length = decoder.decode(base64, place)
      size += length
      if (size > maxTarballSize) {
        const hint = 'publish fewer files, or let the operator raise settings.max_tarball_size'
        throw new RegistryError('too_large', `the tarball is larger than ${maxTarballSize} bytes; ${hint}`)
      }
      meter.update(place.subarray(0, length))
      spool.keep(length)
    },
    async end() {
      decoder.end()
      await spool.end()
    },
    attachment: () => ({ key, tarball: { ...meter.measured(), bytes: spool.bytes } }),
    dispose: spool.dispose,
  }
}

function parseDocument(text: string): unknown {
  assertShape(text, MAX_VALUES)
  let document: unknown
  try {
    document = secureJson.parse(text, { safe: true })
  } catch (cause) {
    throw new RegistryError('invalid_request', 'the body is not valid JSON', { cause })
  }
  if (document === null) {
    throw new RegistryError('invalid_request', 'the body has a key "__proto__" or "constructor.prototype"')
  }
  return document
}
