/**
 * Runs `work` once a key at a time. Who asks while it runs shares the one run that follows with all the others who
 * do, so what a run finds was there before each of them asked.
 */
export function createSharedRuns(work: (key: string) => Promise<void>): (key: string) => Promise<void> {
  const last = new Map<string, Promise<void>>()
  const notStarted = new Map<string, Promise<void>>()

  return (key) => {
    const shared = notStarted.get(key)
    if (shared !== undefined) return shared
    const start = () => {
      notStarted.delete(key)
      return work(key)
    }
    const run = (last.get(key) ?? Promise.resolve()).then(start, start).finally(() => {
      if (last.get(key) === run) last.delete(key)
    })
    last.set(key, run)
    notStarted.set(key, run)
    return run
  }
}
