import { RegistryError } from '../errors.ts'
import { type PackageName, parsePackageName, scopeOf } from '../model/package-name.ts'
import type { MetadataStore } from '../ports/metadata-store.ts'
import type { Settings } from '../settings.ts'

/**
 * Which names are ours. What is ours has one origin: it is never looked for anywhere else, whether it is there,
 * is missing, or was unpublished; somebody else could otherwise offer a package under a name of ours.
 */
export interface Hosting {
  isOurs(name: PackageName): Promise<boolean>
}

export function createHosting(metadata: MetadataStore, { hostedScopes }: Settings): Hosting {
  // Heads are never removed, so what was ours once stays ours and need not be asked for again.
  const ours = new Set(hostedScopes.map((scope) => scope.toLowerCase()))

  return {
    async isOurs(name) {
      // Published names have no capitals; a name that differs from ours in them alone is meant to be ours.
      const lower = parsePackageName(name.toLowerCase())
      const scope = scopeOf(lower)
      if (scope === undefined) return (await metadata.head(lower)) !== undefined
      if (ours.has(scope)) return true
      for await (const _ of metadata.names({ scope, limit: 1 })) ours.add(scope)
      return ours.has(scope)
    },
  }
}

/**
 * What a person reads when there is no such package: always the same, so that it does not tell whether there is
 * one that they may not see.
 */
export function notFound(name: PackageName): RegistryError {
  return new RegistryError(
    'not_found',
    `${name} is not in this registry, or you may not read it; check the name's spelling and your token`,
  )
}
