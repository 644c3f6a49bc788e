import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { inSlices } from '../../src/search/slices.ts'

describe('work in slices', () => {
  let now = 0
  beforeEach(() => {
    now = 0
    vi.spyOn(performance, 'now').mockImplementation(() => now)
  })
  afterEach(() => vi.restoreAllMocks())

  it('lets everything else have its turn every few milliseconds, however many are under way', async () => {
    let [inThisTurn, longest, turns] = [0, 0, 0]
    const stop = everyTurn(() => {
      inThisTurn = 0
      turns++
    })
    await inSlices(Array.from({ length: 100 }).keys(), async () => {
      await Promise.resolve()
      now += 1
      inThisTurn += 1
      // Those that were begun together are done together; from then on it is two milliseconds.
      if (turns > 2) longest = Math.max(longest, inThisTurn)
    })
    stop()
    expect(longest).toBe(2)
  })

  it('wastes no turns on what takes no time', async () => {
    let turns = 0
    const stop = everyTurn(() => turns++)
    await inSlices(Array.from({ length: 1000 }).keys(), async () => {})
    stop()
    expect(turns).toBeLessThan(5)
  })

  it('is done for every item once, and for several at a time', async () => {
    const seen: number[] = []
    let [underWay, most] = [0, 0]
    await inSlices(numbers(50), async (n) => {
      most = Math.max(most, ++underWay)
      await new Promise((resolve) => setImmediate(resolve))
      underWay--
      seen.push(n)
    })
    expect(seen.sort((a, b) => a - b)).toEqual([...Array.from({ length: 50 }).keys()])
    expect(most).toBe(8)
  })

  it('fails as one of it does, when nothing is under way any more, and begins nothing then', async () => {
    let [begun, underWay] = [0, 0]
    const work = inSlices(numbers(1000), async (n) => {
      begun++
      underWay++
      await new Promise((resolve) => setImmediate(resolve))
      underWay--
      if (n === 20) throw new Error('number 20')
    })
    await expect(work).rejects.toThrow('number 20')
    expect(underWay).toBe(0)
    expect(begun).toBeLessThan(40)
  })

  it('fails as the listing of its items does', async () => {
    async function* failing() {
      yield 1
      throw new Error('the disk is gone')
    }
    await expect(inSlices(failing(), async () => {})).rejects.toThrow('the disk is gone')
  })
})

async function* numbers(count: number) {
  for (let n = 0; n < count; n++) yield n
}

/** @returns what stops it */
function everyTurn(look: () => void): () => void {
  let isDone = false
  const turn = () => {
    look()
    if (!isDone) setImmediate(turn)
  }
  setImmediate(turn)
  return () => {
    isDone = true
  }
}
