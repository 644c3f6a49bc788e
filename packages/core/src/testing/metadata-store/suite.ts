import type { MetadataStore } from '../../ports/metadata-store.ts'
import { type Runner, type StoreSubject, storeTests } from '../conformance.ts'
import { committingTests } from './committing.ts'
import { keepingTests } from './keeping.ts'
import { namesTests } from './names.ts'
import { racingTests } from './racing.ts'

/**
 * The contract of a metadata store, as tests.
 *
 * @param title what the adapter is called in the tests' titles
 * @param create makes an empty store for each test
 */
export function metadataStoreSuite(
  runner: Runner,
  title: string,
  create: () => Promise<StoreSubject<MetadataStore>>,
): void {
  const test = storeTests(runner, create)
  runner.describe(`${title}, as a metadata store,`, () => {
    runner.describe('keeps what it is given:', () => keepingTests(test))
    runner.describe('commits all or nothing:', () => committingTests(test))
    runner.describe('is safe among many writers and readers:', () => racingTests(test))
    runner.describe('lists names:', () => namesTests(test))
  })
}
