/** How many packages are worked on between two turns of the event loop: a few milliseconds of work, at most. */
const SLICE = 8

/**
 * Runs `work` for every item, a slice of them at a time, and lets everything else have its turn after each slice.
 * When one fails it stops after that slice, and fails.
 */
export async function inSlices<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let slice: Item[] = []
  for await (const item of items) {
    if (slice.push(item) < SLICE) continue
    await workOn(slice, work)
    await new Promise((resolve) => setImmediate(resolve))
    slice = []
  }
  await workOn(slice, work)
}

/** Nothing is under way any more when this returns or throws. */
async function workOn<Item>(slice: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  for (const result of await Promise.allSettled(slice.map(work)))
    if (result.status === 'rejected') throw result.reason
}
