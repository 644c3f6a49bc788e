import type { ReceivedTarball } from '../model/received-tarball.ts'
import type { TarballKey } from '../model/tarball-key.ts'
import type { TarballStore } from '../ports/tarball-store.ts'

/**
 * Stores a tarball under a key that nobody knows, and does `work` while the store waits for the disk: that takes about
 * as long as looking into a small tarball does.
 *
 * @param work is told when the store has the tarball, or that it failed; nothing may name the key before that
 * @returns what `work` does, once the store has the tarball
 * @throws what `work` throws, once the store is done: the key may be there then
 */
export async function storeTarball<Result>(
  store: TarballStore,
  key: TarballKey,
  tarball: ReceivedTarball,
  work: (stored: Promise<void>) => Promise<Result>,
): Promise<Result> {
  let working: Promise<Result> | undefined
  async function* bytes() {
    yield* tarball.bytes()
    // First the store begins to wait.
    working = new Promise((resolve) => setImmediate(resolve)).then(() => work(stored))
    working.catch(() => {})
  }
  const stored = store.put(key, bytes(), tarball, { fresh: true })
  await stored.catch(() => working)
  await stored
  return working ?? work(stored)
}
