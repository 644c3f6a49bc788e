import { describe, expect, it } from 'vitest'
import { ownMemory } from '../../src/http/own-memory.ts'

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
})
