import type { PublishBody } from './publish-document.ts'

/** As much of a packument as tests look at. */
export interface Packument {
  readonly _rev: string
  readonly name: string
  readonly 'dist-tags': Readonly<Record<string, string>>
  readonly versions: Readonly<Record<string, PackumentVersion>>
  readonly time: Readonly<Record<string, string>>
}

export interface PackumentVersion {
  readonly deprecated?: string
  readonly dist: { readonly tarball: string; readonly integrity: string; readonly shasum: string }
}

/** Speaks to a registry as clients do, for what a test needs done or wants to see without any of them. */
export interface RegistryClient {
  /** @returns `undefined` for a package that is not there */
  packument(name: string): Promise<Packument | undefined>
  /** Any path of the registry. */
  request(path: string, init?: RequestInit): Promise<Response>
  /** @returns the status */
  publish(document: PublishBody): Promise<number>
  /** Sends the packument back with a message on one version; '' takes it away. */
  deprecate(name: string, version: string, message: string): Promise<void>
  /** Sends the packument back without the version, as npm does first. */
  unpublish(name: string, version: string): Promise<void>
  unpublishAll(name: string): Promise<void>
}

/** The User-Agent of these requests, to tell them from a real client's in the server's log. */
export const OWN_AGENT = 'nmr-tests'

/** @param token where it matters who asks */
export function createRegistryClient(url: URL, token = 'anything'): RegistryClient {
  const ownHeaders = { authorization: `Bearer ${token}`, 'user-agent': OWN_AGENT }
  const request = (path: string, init?: RequestInit) =>
    fetch(new URL(path, url), { ...init, headers: { ...ownHeaders, ...init?.headers } })

  async function packument(name: string): Promise<Packument | undefined> {
    const response = await request(escaped(name))
    if (response.status === 404) return undefined
    return (await succeeded(response)).json() as Promise<Packument>
  }
  async function present(name: string): Promise<Packument> {
    const found = await packument(name)
    if (found === undefined) throw new Error(`${name} is not there`)
    return found
  }
  const put = (path: string, document: unknown) =>
    request(path, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(document),
    })

  return {
    packument,
    request,
    async publish(document) {
      const response = await put(escaped(document.name), document)
      await response.arrayBuffer()
      return response.status
    },
    async deprecate(name, version, message) {
      const document = await present(name)
      const versions = {
        ...document.versions,
        [version]: { ...document.versions[version], deprecated: message },
      }
      await succeeded(await put(escaped(name), { ...document, versions }))
    },
    async unpublish(name, version) {
      const document = await present(name)
      const { [version]: _gone, ...versions } = document.versions
      await succeeded(await put(`${escaped(name)}/-rev/${document._rev}`, { ...document, versions }))
    },
    async unpublishAll(name) {
      const { _rev } = await present(name)
      await succeeded(await request(`${escaped(name)}/-rev/${_rev}`, { method: 'DELETE' }))
    },
  }
}

function escaped(name: string): string {
  return `/${name.replace('/', '%2f')}`
}

/** @throws Error with the answer's text */
async function succeeded(response: Response): Promise<Response> {
  if (!response.ok) throw new Error(`${response.status} ${response.url}: ${await response.text()}`)
  return response
}
