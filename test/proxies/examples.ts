import { readFileSync } from 'node:fs'

/** A configuration of a reverse proxy as it stands in the documentation. */
export interface Example {
  readonly proxy: 'nginx' | 'apache'
  readonly prefix: 'passed on' | 'taken off'
  /** Its text, with the registry at the given address. */
  configuration(registry: URL): string
}

const DOCUMENTED = '127.0.0.1:3000'
const document = readFileSync(new URL('../../docs/reverse-proxy.md', import.meta.url), 'utf8')

/** All of docs/reverse-proxy.md, in its order. */
export const examples: readonly Example[] = [
  ...document.matchAll(/With the prefix (passed on|taken off):\n\n```(nginx|apache)\n(.*?)```/gs),
].map(([, prefix, proxy, text = '']) => ({
  proxy: proxy as Example['proxy'],
  prefix: prefix as Example['prefix'],
  configuration(registry) {
    if (!text.includes(DOCUMENTED)) throw new Error(`the example does not lead to ${DOCUMENTED}:\n${text}`)
    return text.replaceAll(DOCUMENTED, registry.host)
  },
}))
