import type { PackageName } from '../model/package-name.ts'
import type { Package, VersionOutline } from '../model/packument.ts'
import type { MetadataStore } from '../ports/metadata-store.ts'

/** A package with all its versions, tombstones too, but for their manifests. */
export async function packageOutline(
  metadata: MetadataStore,
  name: PackageName,
): Promise<Package | undefined> {
  return metadata.read(name, async ({ head, outline }) => {
    const versions: VersionOutline[] = []
    for await (const version of outline()) versions.push(version)
    return { head, versions }
  })
}
