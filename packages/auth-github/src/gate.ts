import { RegistryError } from '@nmr/core'

/**
 * Lets at most `concurrent` tasks run at a time and at most `waiting` stand in line.
 *
 * @throws RegistryError `unavailable` for a task beyond these
 */
export function createGate(
  concurrent: number,
  waiting: number,
): <Result>(task: () => Promise<Result>) => Promise<Result> {
  const line: (() => void)[] = []
  let running = 0

  return async (task) => {
    if (running >= concurrent) {
      if (line.length >= waiting) {
        throw new RegistryError('unavailable', 'too many questions to GitHub are under way; try again', {
          retryAfter: 5,
        })
      }
      // Whoever ends hands its place on, so `running` stays as it is.
      await new Promise<void>((enter) => line.push(enter))
    } else running++
    try {
      return await task()
    } finally {
      const next = line.shift()
      if (next === undefined) running--
      else next()
    }
  }
}
