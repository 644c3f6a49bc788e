import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createSpool } from '../../src/http/spool.ts'
import { collect, openFilesIn, temporaryFolder } from './support.ts'

const KB = 1024

describe('a spool', () => {
  it.each([0, 1, 100 * KB, 256 * KB - 1, 256 * KB, 256 * KB + 1, 512 * KB, 1000 * KB + 7])(
    'gives back the %i bytes that were written, each time',
    async (size) => {
      const { spool, bytes } = await filled(size, 30 * KB + 1)
      expect((await collect(spool.bytes())).equals(bytes)).toBe(true)
      expect((await collect(spool.bytes())).equals(bytes)).toBe(true)
    },
  )

  it('keeps what was written, of places that were too large', async () => {
    const spool = createSpool('unused')
    for (const text of ['some ', 'bytes']) {
      const place = await spool.place(64 * KB)
      spool.keep(Buffer.from(place.buffer, place.byteOffset).write(text))
    }
    await spool.end()
    expect((await collect(spool.bytes())).toString()).toBe('some bytes')
  })

  it('touches no disk for what is small', async () => {
    const { parent } = await filled(256 * KB, 64 * KB)
    expect(await readdir(parent)).toEqual([])
  })

  it('makes its folder, and leaves no name in it that could outlive the process', async () => {
    const { folder } = await filled(600 * KB, 64 * KB)
    expect(await readdir(folder)).toEqual([])
  })

  it.each([100 * KB, 600 * KB])('lets several read %i bytes at once', async (size) => {
    const { spool, bytes } = await filled(size, 64 * KB)
    const [first, second] = await Promise.all([collect(spool.bytes()), collect(spool.bytes())])
    expect(first.equals(bytes)).toBe(true)
    expect(second.equals(bytes)).toBe(true)
  })

  it.each([100 * KB, 600 * KB])('of %i bytes fails to be read once it is disposed of', async (size) => {
    const { spool } = await filled(size, 64 * KB)
    const reading = spool.bytes()
    await spool.dispose()
    await spool.dispose()
    await expect(collect(reading)).rejects.toThrow('the spool was disposed of')
  })

  it('does not pass for read when it is disposed of on the way', async () => {
    const { spool } = await filled(600 * KB, 64 * KB)
    const reading = (async () => {
      for await (const _ of spool.bytes()) await spool.dispose()
    })()
    await expect(reading).rejects.toThrow()
  })

  it.runIf(process.platform === 'linux')('holds one file open, until it is disposed of', async () => {
    const { spool, folder } = await filled(600 * KB, 64 * KB)
    expect(await openFilesIn(folder)).toBe(1)
    await spool.dispose()
    expect(await openFilesIn(folder)).toBe(0)
  })
})

async function filled(size: number, piece: number) {
  const parent = await temporaryFolder()
  const folder = join(parent, 'a', 'spool')
  const spool = createSpool(folder)
  onTestFinished(() => spool.dispose())
  const bytes = Buffer.from(Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 8)) & 255))
  for (let at = 0; at < size; at += piece) {
    const place = await spool.place(piece)
    spool.keep(bytes.copy(place, 0, at, at + piece))
  }
  await spool.end()
  return { spool, bytes, folder, parent }
}
