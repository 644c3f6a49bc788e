import type { ReceivedTarball } from '../model/received-tarball.ts'
import type { TarballKey } from '../model/tarball-key.ts'
import type { TarballStore } from '../ports/tarball-store.ts'

/**
 * Stores a tarball under a key that nobody knows, and does `check` while the store waits for the disk: that takes about
 * as long as looking into a small tarball does.
 *
 * @returns what `check` found, once the store has the tarball
 * @throws what `check` throws, once the store is done: the key may be there then
 */
export async function storeTarball<Found>(
  store: TarballStore,
  key: TarballKey,
  tarball: ReceivedTarball,
  check: () => Promise<Found>,
): Promise<Found> {
  let checked: Promise<Found> | undefined
  async function* bytes() {
    yield* tarball.bytes()
    // First the store begins to wait.
    checked = new Promise((resolve) => setImmediate(resolve)).then(check)
    checked.catch(() => {})
  }
  const stored = store.put(key, bytes(), tarball, { fresh: true })
  await stored.catch(() => checked)
  await stored
  return checked ?? check()
}
