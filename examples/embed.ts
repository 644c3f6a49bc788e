/** Publishes a package to a registry that lives inside this process, and reads it back: no server, no port. */
import { buffer } from 'node:stream/consumers'
import { createOpenAuthorizer } from '@nmr/auth-none'
import { createRegistry, parsePackageName, receivedTarball, tarballFile } from '@nmr/core'
import { openLevelMetadataStore } from '@nmr/metadata-level'
import { openFolderTarballStore } from '@nmr/tarballs-fs'

/** @returns the version that `latest` is, and the bytes of its tarball */
export async function embed(
  folder: string,
  manifest: { name: string; version: string },
  tarball: Uint8Array,
) {
  const registry = createRegistry({
    metadata: await openLevelMetadataStore({ location: `${folder}/db` }),
    tarballs: await openFolderTarballStore({ root: `${folder}/storage` }),
    authorizer: createOpenAuthorizer(),
    clock: () => new Date(),
    makeId: () => crypto.randomUUID().slice(0, 8),
  })
  const caller = await registry.authenticate(undefined)
  const name = parsePackageName(manifest.name)
  const document = {
    name,
    versions: { [manifest.version]: manifest },
    'dist-tags': { latest: manifest.version },
  }
  await registry.publish(caller, { name, document, tarball: receivedTarball(tarball) })

  const latest = await registry.readVersion(caller, {
    name,
    versionOrTag: 'latest',
    encoding: 'identity',
    base: 'http://localhost',
  })
  const download = await registry.download(caller, { name, file: tarballFile(name, manifest.version) })
  if (latest.kind !== 'document' || download.kind !== 'tarball') throw new Error(`${name} is not hosted here`)
  const { version } = JSON.parse(Buffer.from((await latest.load()).bytes).toString())
  const opened = await download.open()
  const bytes = opened.kind === 'stream' ? await buffer(opened.body) : undefined
  await registry.close()
  return { version, bytes }
}
