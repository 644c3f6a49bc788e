import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { freePort, startProcess } from './process.mjs'

const floor = fileURLToPath(new URL('floor.mjs', import.meta.url))

/** What Node can do at most: a bare server that sends prepared bytes, in the Node that runs the registry. */
export async function createNodeHttp({ folder, prepared }) {
  await mkdir(folder, { recursive: true })
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/`
  const args = [floor, String(port), prepared, folder]
  return {
    name: 'node:http',
    version: `Node ${process.versions.node}`,
    url,
    headers: {},
    start: (options) => startProcess({ folder, command: process.execPath, args, url, ...options }),
    async seed() {},
  }
}
