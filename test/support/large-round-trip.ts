import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { expect } from 'vitest'
import { largePublish } from './large-publish.ts'
import type { RegistryClient } from './registry-client.ts'

/** Publishes a version whose tarball has one file of `fileSize` bytes, and looks that the same bytes come back. */
export async function publishAndDownload(
  registry: RegistryClient,
  name: string,
  version: string,
  fileSize: number,
): Promise<void> {
  const { integrity, size, length, body } = await largePublish(name, version, fileSize)
  const published = await registry.request(`/${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'content-length': String(length) },
    body: Readable.toWeb(Readable.from(body())) as ReadableStream,
    duplex: 'half',
  } as RequestInit)
  expect(published.status, await published.text()).toBe(201)

  const { dist } = (await registry.packument(name))?.versions[version] ?? {}
  expect(dist?.integrity).toBe(integrity)
  const downloaded = await registry.request(dist?.tarball ?? '')
  const sha512 = createHash('sha512')
  let received = 0
  for await (const chunk of downloaded.body ?? []) {
    sha512.update(chunk)
    received += chunk.length
  }
  expect(received).toBe(size)
  expect(`sha512-${sha512.digest('base64')}`).toBe(integrity)
}

/** The most bytes of memory that a process ever had. */
export async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(status) ?? []
  return Number(kilobytes) * 1024
}
