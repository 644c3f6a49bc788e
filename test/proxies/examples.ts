import { readFileSync } from 'node:fs'

/** A configuration of a reverse proxy as it stands in the documentation. */
export interface Example {
  readonly proxy: 'nginx' | 'apache'
  readonly prefix: 'passed on' | 'taken off'
  /** Its text, with the registry at the given address. */
  configuration(registry: URL): Configuration
}

/** Where the parts of an example go. */
export interface Configuration {
  /** Beside the site's own block; Apache has nothing there. */
  readonly beside: string
  /** Into the site's block. */
  readonly within: string
}

/** What has a proxy send tarballs' files, as it stands in the documentation. */
export interface SendfileExample {
  readonly proxy: Example['proxy']
  /** The value of `storage.local.sendfile` for it. */
  readonly sendfile: string
  /** Its text, with the tarballs in the given folder. */
  configuration(folder: string): string
}

const DOCUMENTED = { registry: '127.0.0.1:3000', folder: '/var/lib/nmr/storage' }
const document = readFileSync(new URL('../../docs/reverse-proxy.md', import.meta.url), 'utf8')

const [, upstream = ''] = /```nginx\n(upstream .*?)```/s.exec(document) ?? []

/** All of docs/reverse-proxy.md, in its order. */
export const examples: readonly Example[] = [
  ...document.matchAll(/With the prefix (passed on|taken off):\n\n```(nginx|apache)\n(.*?)```/gs),
].map(([, prefix, proxy, text = '']) => ({
  proxy: proxy as Example['proxy'],
  prefix: prefix as Example['prefix'],
  configuration: ({ host }) =>
    proxy === 'nginx'
      ? { beside: replaced(upstream, DOCUMENTED.registry, host), within: text }
      : { beside: '', within: replaced(text, DOCUMENTED.registry, host) },
}))

/** All of docs/reverse-proxy.md, in its order. */
export const sendfileExamples: readonly SendfileExample[] = [
  ...document.matchAll(/For \w+, `([\w-]+)`[^\n]*:\n\n```(nginx|apache)\n(.*?)```/gs),
].map(([, sendfile = '', proxy, text = '']) => ({
  proxy: proxy as Example['proxy'],
  sendfile,
  configuration: (folder) => replaced(text, DOCUMENTED.folder, folder),
}))

function replaced(text: string, documented: string, real: string): string {
  if (!text.includes(documented)) throw new Error(`the example has no ${documented}:\n${text}`)
  return text.replaceAll(documented, real)
}
