import { createPace } from '../pace.ts'

/** So many items are under way at a time: stores that are far away take their time to answer. */
const AT_A_TIME = 8

/**
 * Runs `work` for every item, and lets everything else have its turn every few milliseconds. When one fails, what is
 * under way is brought to its end and nothing more is begun; then it fails.
 */
export async function inSlices<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const pace = createPace()
  const left = each(items)
  const lanes = Array.from({ length: AT_A_TIME }, async () => {
    // Ends for all lanes when it is left in one.
    for await (const item of left) {
      await work(item)
      await pace()
    }
  })
  for (const result of await Promise.allSettled(lanes)) if (result.status === 'rejected') throw result.reason
}

async function* each<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item> {
  yield* items
}
