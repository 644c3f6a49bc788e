import { Readable } from 'node:stream'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import { type ByteRange, type OpenTarball, RegistryError, type TarballKey } from '@nmr/core'
import { type Bucket, objectOf } from './bucket.ts'
import { isMissing, storeFault } from './store-fault.ts'

/**
 * An object's bytes as they come. Destroying the body ends the request.
 *
 * @returns `undefined` when there is no such object
 */
export async function readObject(
  bucket: Bucket,
  key: TarballKey,
  range: ByteRange | undefined,
): Promise<OpenTarball | undefined> {
  const aborted = new AbortController()
  const get = new GetObjectCommand({
    ...objectOf(bucket, key),
    ...(range && { Range: `bytes=${range.start}-${range.end}` }),
  })
  try {
    const { Body, ContentLength: size } = await bucket.client.send(get, { abortSignal: aborted.signal })
    if (Body instanceof Readable) ignoreWhileUnread(Body)
    if (!(Body instanceof Readable) || size === undefined || (range && size !== lengthOf(range))) {
      aborted.abort()
      throw new RegistryError(
        'unavailable',
        `the tarball store answered ${key} with a wrong length; try again`,
      )
    }
    const body = Readable.from(wholly(Body, size, key), { objectMode: false })
    body.once('close', () => body.readableEnded || aborted.abort())
    return { kind: 'stream', body, size }
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Errors reach whoever reads; while nobody does, one must not end the process. */
function ignoreWhileUnread(body: Readable): void {
  body.on('error', () => {})
}

function lengthOf({ start, end }: ByteRange): number {
  return end - start + 1
}

/** Fails where the bytes end too early. */
async function* wholly(
  body: Readable,
  size: number,
  key: TarballKey,
): AsyncGenerator<Uint8Array, void, void> {
  let seen = 0
  try {
    for await (const chunk of body) {
      seen += chunk.length
      yield chunk
    }
    if (seen !== size) throw Object.assign(new Error('ended early'), { code: 'ECONNRESET' })
  } catch (error) {
    throw storeFault(`send ${key} beyond byte ${seen} of ${size}`, error)
  }
}
