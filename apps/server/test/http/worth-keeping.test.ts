import { beforeEach, describe, expect, it } from 'vitest'
import { createWorthKeeping, type WorthKeeping } from '../../src/http/worth-keeping.ts'

const KB = 1024
let isWorthKeeping: WorthKeeping

beforeEach(() => {
  isWorthKeeping = createWorthKeeping(32 * 1000 * KB)
})

const asks = (shasum: string, size: number) => isWorthKeeping({ shasum, size })

describe('a tarball', () => {
  it('that is small is worth keeping', () => {
    expect(asks('a', 256 * KB)).toBe(true)
  })

  it('of some size is worth keeping when it is asked for again', () => {
    expect([asks('a', 1000 * KB), asks('b', 1000 * KB)]).toEqual([false, false])
    expect([asks('a', 1000 * KB), asks('b', 1000 * KB)]).toEqual([true, true])
  })

  it('that would take a large part of the cache is never worth keeping', () => {
    expect([asks('a', 1000 * KB + 1), asks('a', 1000 * KB + 1)]).toEqual([false, false])
  })
})
