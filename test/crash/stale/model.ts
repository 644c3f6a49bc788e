/** A value of something that one writer changes; '' before it is there. */
export type Value = string

/** What an answer shows of some things: whether what it shows of `key` could be `value`. */
export interface Shown {
  /** The things that it says something about, and how it shows them. */
  readonly keys: 'all' | readonly string[]
  fits(key: string, value: Value): boolean
}

/**
 * What the writers know of one package: the values that each thing had, one after the other. Each thing is changed by
 * one writer at a time, so its values are in order however many write.
 */
export interface Model {
  /** To be called before a write is sent. @returns to be called when it is acknowledged */
  write(changes: Readonly<Record<string, Value>>): () => void
  /**
   * To be called before a read is sent. @returns what is wrong with what it was answered, in words: shown has to be
   * at least what was acknowledged, or was shown to anybody, before the read, and at most what a write had begun by
   * the answer
   */
  read(): (shown: Shown) => readonly string[]
  /** What was ever begun to be written. */
  keys(): readonly string[]
}

interface History {
  readonly values: Value[]
  /** The place of the value that the next read shows at least. */
  atLeast: number
}

export function createModel(): Model {
  const histories = new Map<string, History>()

  function historyOf(key: string): History {
    const known = histories.get(key)
    if (known !== undefined) return known
    const history = { values: [''], atLeast: 0 }
    histories.set(key, history)
    return history
  }

  return {
    write(changes) {
      const written = Object.entries(changes).map(([key, value]) => {
        const history = historyOf(key)
        return { history, place: history.values.push(value) - 1 }
      })
      return () => {
        for (const { history, place } of written) history.atLeast = Math.max(history.atLeast, place)
      }
    },
    read() {
      const floors = new Map([...histories].map(([key, { atLeast }]) => [key, atLeast]))
      return ({ keys, fits }) =>
        (keys === 'all' ? [...histories.keys()] : keys).flatMap((key) => {
          const history = historyOf(key)
          const from = floors.get(key) ?? 0
          const found = history.values.findIndex((value, place) => place >= from && fits(key, value))
          history.atLeast = Math.max(history.atLeast, found)
          return found < 0 ? [`${key} is none of ${JSON.stringify(history.values.slice(from))}`] : []
        })
    },
    keys: () => [...histories.keys()],
  }
}
