import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { createNoise } from './noise.ts'
import { type PublishBody, publishDocument } from './publish-document.ts'
import { TAR_END, tarHeader, tarPadding } from './tarball.ts'

/** The body of a publish that is too large to be held in memory. */
export interface LargePublish {
  /** `sha512-…` of the tarball. */
  readonly integrity: string
  /** Bytes of the tarball. */
  readonly size: number
  /** Bytes of the body. */
  readonly length: number
  body(): AsyncIterable<Uint8Array>
}

/** Describes a publish whose tarball has one file of `fileSize` bytes that do not compress. */
export async function largePublish(name: string, version: string, fileSize: number): Promise<LargePublish> {
  const sha512 = createHash('sha512')
  const sha1 = createHash('sha1')
  let size = 0
  for await (const chunk of tarball(name, version, fileSize)) {
    size += chunk.length
    sha512.update(chunk)
    sha1.update(chunk)
  }
  const integrity = `sha512-${sha512.digest('base64')}`
  const document = publishDocument({ name, version, tarball: Buffer.from(PLACE) })
  const [head = '', tail = ''] = JSON.stringify(
    withDigests(document, { integrity, shasum: sha1.digest('hex') }, size),
  ).split(Buffer.from(PLACE).toString('base64'))
  return {
    integrity,
    size,
    length: Buffer.byteLength(head) + Math.ceil(size / 3) * 4 + Buffer.byteLength(tail),
    async *body() {
      yield Buffer.from(head)
      yield* base64(tarball(name, version, fileSize))
      yield Buffer.from(tail)
    },
  }
}

/** Stands where the tarball goes. */
const PLACE = 'the tarball goes here'

function withDigests(document: PublishBody, digests: object, length: number): PublishBody {
  for (const version of Object.values(document.versions))
    version.dist = { ...(version.dist as object), ...digests }
  for (const attachment of Object.values(document._attachments)) attachment.length = length
  return document
}

/** The same bytes each time. */
function tarball(name: string, version: string, fileSize: number): AsyncIterable<Buffer> {
  return Readable.from(archive(name, version, fileSize)).pipe(createGzip({ level: 1 }))
}

function* archive(name: string, version: string, fileSize: number): Iterable<Buffer> {
  const packageJson = Buffer.from(JSON.stringify({ name, version }))
  yield Buffer.concat([
    tarHeader('package.json', packageJson.length),
    packageJson,
    tarPadding(packageJson.length),
  ])
  yield tarHeader('noise.bin', fileSize)
  const next = createNoise(`${name}@${version}`)
  for (let left = fileSize; left > 0; left -= PIECE) yield next(Math.min(left, PIECE))
  yield Buffer.concat([tarPadding(fileSize), TAR_END])
}

const PIECE = 256 * 1024

async function* base64(bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let carry = Buffer.alloc(0)
  for await (const chunk of bytes) {
    const all = Buffer.concat([carry, chunk])
    const whole = all.length - (all.length % 3)
    yield Buffer.from(all.toString('base64', 0, whole))
    carry = all.subarray(whole)
  }
  yield Buffer.from(carry.toString('base64'))
}
