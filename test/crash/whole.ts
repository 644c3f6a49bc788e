import { expect } from 'vitest'
import { integrityOf } from '../support/publish-document.ts'
import type { Packument, RegistryClient } from '../support/registry-client.ts'

/**
 * Looks that a package is whole: every version that is listed has the tarball that its digest says, and every tag
 * points at one of them.
 *
 * @returns the versions with their integrity
 */
export async function expectWhole(
  registry: RegistryClient,
  name: string,
): Promise<ReadonlyMap<string, string>> {
  const packument: Packument | undefined = await registry.packument(name)
  if (packument === undefined) return new Map()
  const found = new Map<string, string>()
  for (const [version, { dist }] of Object.entries(packument.versions)) {
    const response = await registry.request(dist.tarball)
    const bytes = Buffer.from(await response.arrayBuffer())
    expect(response.status, `${dist.tarball}: ${bytes.toString('latin1', 0, 200)}`).toBe(200)
    expect(integrityOf(bytes), dist.tarball).toBe(dist.integrity)
    found.set(version, dist.integrity)
  }
  for (const version of Object.values(packument['dist-tags'])) expect(found.has(version)).toBe(true)
  return found
}
