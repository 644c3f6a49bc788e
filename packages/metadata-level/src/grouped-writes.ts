/**
 * Groups what is written at about the same time: all that is handed in while one write is under way goes into the
 * next. When a write fails, it fails for all in it.
 *
 * @param write keeps all of its operations or none
 */
export function createGroupedWrites<Operation>(
  write: (operations: readonly Operation[]) => Promise<void>,
): (operations: readonly Operation[]) => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  let next: { readonly operations: Operation[]; readonly written: Promise<void> } | undefined

  function start(operations: readonly Operation[]): Promise<void> {
    next = undefined
    return write(operations)
  }

  return (added) => {
    if (next === undefined) {
      const operations: Operation[] = []
      const begin = () => start(operations)
      last = last.then(begin, begin)
      next = { operations, written: last }
    }
    next.operations.push(...added)
    return next.written
  }
}
