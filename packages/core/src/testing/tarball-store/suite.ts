import type { TarballStore } from '../../ports/tarball-store.ts'
import { type Runner, type StoreSubject, storeTests } from '../conformance.ts'
import { discardingTests } from './discarding.ts'
import { keepingTests } from './keeping.ts'
import { listingTests } from './listing.ts'
import { puttingTests } from './putting.ts'
import { racingTests } from './racing.ts'

/**
 * The contract of a tarball store, as tests. Redirects are followed with real requests.
 *
 * @param title what the adapter is called in the tests' titles
 * @param create makes an empty store for each test
 */
export function tarballStoreSuite(
  runner: Runner,
  title: string,
  create: () => Promise<StoreSubject<TarballStore>>,
): void {
  const test = storeTests(runner, create)
  runner.describe(`${title}, as a tarball store,`, () => {
    runner.describe('keeps what it is given:', () => keepingTests(test))
    runner.describe('puts all or nothing:', () => puttingTests(test))
    runner.describe('is safe among many writers and readers:', () => racingTests(test))
    runner.describe('lists and removes:', () => listingTests(test))
    runner.describe('discards what never ended:', () => discardingTests(test))
  })
}
