import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RegistryError } from '@nmr/core'
import { onTestFinished } from 'vitest'
import { type PublishBodyLimits, readPublishBody } from '../../src/http/publish-body.ts'

/** A folder that goes with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nmr-publish-body-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** How many files of a folder this process has open, those without a name included. Linux only. */
export async function openFilesIn(folder: string): Promise<number> {
  const targets = (await readdir('/proc/self/fd')).map((fd) =>
    readlink(`/proc/self/fd/${fd}`).catch(() => 'closed meanwhile'),
  )
  return (await Promise.all(targets)).filter((target) => target.startsWith(folder)).length
}

/** Bytes cut into chunks of one size, or of the sizes that a function gives. */
export async function* inChunks(body: Uint8Array, size: number | (() => number)): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.length; ) {
    const length = typeof size === 'number' ? size : size()
    yield body.subarray(at, at + length)
    at += length
  }
}

/** Reads a body and all that it holds, and releases it. */
export async function readWhole(
  source: AsyncIterable<Uint8Array>,
  limits: Partial<PublishBodyLimits> & Pick<PublishBodyLimits, 'spoolPath'>,
) {
  const body = await readPublishBody(source, { maxTarballSize: 1e6, maxDocumentSize: 1e6, ...limits })
  try {
    const tarballs = []
    for (const { key, tarball } of body.attached ? [body.attached] : []) {
      const { size, integrity, shasum } = tarball
      tarballs.push({ key, size, integrity, shasum, bytes: await collect(tarball.bytes()) })
    }
    return { document: body.document, tarballs }
  } finally {
    await body.dispose()
  }
}

/** What `readWhole` says of a tarball. */
export function expectedTarball(key: string, bytes: Uint8Array) {
  const digest = (algorithm: string) => createHash(algorithm).update(bytes)
  return {
    key,
    size: bytes.length,
    integrity: `sha512-${digest('sha512').digest('base64')}`,
    shasum: digest('sha1').digest('hex'),
    bytes: Buffer.from(bytes),
  }
}

export async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The RegistryError that a promise must end in. */
export async function refusal(promise: Promise<unknown>): Promise<RegistryError> {
  const error = await promise.then(
    () => new Error('it was accepted'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof RegistryError)) throw error
  return error
}
