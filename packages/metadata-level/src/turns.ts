/** Runs work of the same key one after the other, and work of different keys beside each other. */
export type Turns = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>

/** Work starts when all that was given for its key before is done, whatever became of that. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()

  return (key, work) => {
    const before = last.get(key)
    const turn = (before === undefined ? work() : before.then(work, work)).finally(() => {
      if (last.get(key) === turn) last.delete(key)
    })
    last.set(key, turn)
    return turn
  }
}
