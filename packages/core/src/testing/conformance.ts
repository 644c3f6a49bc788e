/** What a suite needs of a test runner: vitest's, node:test's and most others' `describe` and `it` fit. */
export interface Runner {
  readonly describe: (title: string, define: () => void) => unknown
  readonly it: (title: string, run: () => Promise<void>) => unknown
}

/** A store under test, empty at first. */
export interface StoreSubject<Store> {
  /** Opens the store; after it was closed, opens what it left behind. */
  open(): Promise<Store>
  /** Removes all traces, when the store is closed. */
  dispose(): Promise<void>
}

/** What a test of a store works with. */
export interface StoreScene<Store> {
  readonly store: Store
  /** Closes the store and opens it again, as another process would. */
  reopen(): Promise<Store>
}

/** Defines one test, which gets a fresh store. */
export type StoreTest<Store> = (title: string, run: (scene: StoreScene<Store>) => Promise<void>) => void

/** How a suite defines its tests over the stores that `create` makes. */
export function storeTests<Store extends { close(): Promise<void> }>(
  { it }: Runner,
  create: () => Promise<StoreSubject<Store>>,
): StoreTest<Store> {
  return (title, run) => {
    it(title, async () => {
      const subject = await create()
      let store = await subject.open()
      const reopen = async () => {
        await store.close()
        store = await subject.open()
        return store
      }
      try {
        await run({ store, reopen })
      } finally {
        await store.close().finally(() => subject.dispose())
      }
    })
  }
}

/** All that an async iterable gives. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = []
  for await (const item of items) collected.push(item)
  return collected
}
