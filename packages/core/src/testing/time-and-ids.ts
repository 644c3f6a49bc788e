/** A clock that stands still until it is told to go on. */
export interface SteppableClock {
  (): Date
  /** @param milliseconds how far the clock goes on */
  advance(milliseconds: number): void
}

/** @param start where the clock stands, as `Date#toISOString` writes it */
export function createSteppableClock(start = '2024-01-01T00:00:00.000Z'): SteppableClock {
  let now = Date.parse(start)
  return Object.assign(() => new Date(now), {
    advance(milliseconds: number) {
      now += milliseconds
    },
  })
}

/** Makes `id000001`, `id000002` and so on: the ids of `Ports`, the same in every run. */
export function createIdMaker(): () => string {
  let made = 0
  return () => `id${String(++made).padStart(6, '0')}`
}
