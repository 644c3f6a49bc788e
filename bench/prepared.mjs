import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expectStatus } from './http-client.mjs'

/** What npm sends as `Accept` for each view of a package. */
export const accepts = {
  full: 'application/json',
  abbreviated: 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*',
}

/**
 * Keeps what the registry answers in files, for the servers that only send bytes: `index.json` says which file is
 * whose answer, and beside each document is the same one as it is compressed.
 *
 * @param reads what is going to be asked for: `path`, and `view` or `tarball`
 */
export async function prepareAnswers(folder, server, reads) {
  await mkdir(folder, { recursive: true })
  const index = new Map()
  for (const { path, view, tarball } of reads) {
    const entry = index.get(path) ?? { path }
    index.set(path, entry)
    const file = `${index.size}`
    if (tarball) {
      const { body } = await expectStatus(200, new URL(path, server.url))
      await writeFile(join(folder, `${file}.tgz`), body)
      Object.assign(entry, { tarball: `${file}.tgz`, size: body.length })
    } else if (entry.views?.[view] === undefined) {
      entry.views = { ...entry.views, [view]: await keepView(folder, `${file}.${view}`, server, path, view) }
    }
  }
  await writeFile(join(folder, 'index.json'), JSON.stringify([...index.values()]))
}

async function keepView(folder, file, server, path, view) {
  const ask = (encoding) =>
    expectStatus(200, new URL(path, server.url), {
      headers: { accept: accepts[view], 'accept-encoding': encoding },
    })
  const [identity, gzip] = [await ask('identity'), await ask('gzip')]
  // A document of a few bytes may come as it is.
  const compressed =
    gzip.headers['content-encoding'] === 'gzip' ? gzip.body : gzipSync(gzip.body, { level: 1 })
  await writeFile(join(folder, file), identity.body)
  await writeFile(join(folder, `${file}.gz`), compressed)
  return { file, type: identity.headers['content-type'] }
}
