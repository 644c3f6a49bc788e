import { buffer } from 'node:stream/consumers'
import { createGzip } from 'node:zlib'
import { pack } from 'tar-stream'

/** A gzipped tar of these files, in their order; names may repeat. */
export async function makeArchive(
  files: readonly (readonly [path: string, content: string])[],
): Promise<Buffer> {
  const archive = pack()
  for (const [name, content] of files) archive.entry({ name }, content)
  archive.finalize()
  const gzip = createGzip()
  void (async () => {
    for await (const chunk of archive) gzip.write(chunk)
    gzip.end()
  })()
  return buffer(gzip)
}
