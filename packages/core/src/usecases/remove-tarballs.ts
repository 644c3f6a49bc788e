import type { TarballKey } from '../model/tarball-key.ts'
import type { Context } from './context.ts'

/**
 * Removes tarballs that no version names any more. What has been committed stands whether that succeeds or not, so
 * nothing fails here: what stays is seen by nobody, and is what garbage collection is for.
 */
export async function removeTarballs({ tarballs }: Context, keys: readonly TarballKey[]): Promise<void> {
  await Promise.allSettled(keys.map((key) => tarballs.remove(key)))
}
