import { ownMemory } from '@nmr/core'
import { describe, expect, it } from 'vitest'

const KB = 1024

/** What V8 takes from the system, past malloc. */
const isMapped = ({ buffer }: Uint8Array) => (buffer as ArrayBuffer & { resizable: boolean }).resizable

describe('memory of its own', () => {
  it.each([0, 1, 16 * KB, 100 * KB + 1, 5000 * KB])('has the size that was asked for: %i', (size) => {
    const memory = ownMemory(size)
    expect([memory.length, memory.buffer.byteLength]).toEqual([size, size])
  })

  it('is mapped when it is large', () => {
    expect([ownMemory(16 * KB - 1), ownMemory(16 * KB)].map(isMapped)).toEqual([false, true])
  })

  it('is mapped fewer times than Linux lets it be, however much is kept', () => {
    for (const cacheSize of [64, 1000, 4000, 100_000].map((each) => each * KB * KB)) {
      const smallest = [16, 32, 64, 128, 256, 512, 1024, 4096].find((each) =>
        isMapped(ownMemory(each * KB, cacheSize)),
      )
      expect(cacheSize / ((smallest ?? 0) * KB)).toBeLessThan(2 ** 15 + 1)
    }
  })
})
