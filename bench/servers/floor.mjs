import { createHash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'

/*
 * `node floor.mjs PORT PREPARED FOLDER`: the least that a server in Node does to send these answers and to keep a publish
 * durably. It checks nothing, decides nothing and logs nothing.
 */

const [port, prepared, folder] = process.argv.slice(2)
const answers = new Map(readPrepared().map((answer) => [answer.path, answer]))
let published = 0

createServer((request, response) => {
  if (request.method === 'PUT') return keep(request, response)
  const answer = answers.get(request.url)
  if (answer === undefined) return response.writeHead(request.url === '/-/ping' ? 200 : 404).end()
  if (answer.tarball !== undefined) return sendTarball(answer, response)
  const view = answer.views[viewOf(request.headers.accept)] ?? answer.views.full
  const { headers, bytes } = request.headers['accept-encoding']?.includes('gzip') ? view.gzip : view.identity
  if (request.headers['if-none-match'] === headers.etag)
    return response.writeHead(304, { etag: headers.etag }).end()
  response.writeHead(200, headers).end(bytes)
}).listen(Number(port), '127.0.0.1')

function viewOf(accept) {
  return accept?.includes('application/vnd.npm.install-v1+json') ? 'abbreviated' : 'full'
}

function sendTarball({ tarball, size }, response) {
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size })
  createReadStream(tarball).pipe(response)
}

/** The tarball's file and a row that names it: each written, synced and put in its place. */
function keep(request, response) {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.once('end', async () => {
    const { name, versions, _attachments } = JSON.parse(Buffer.concat(chunks))
    const [{ data }] = Object.values(_attachments)
    const tarball = Buffer.from(data, 'base64')
    const place = join(folder, `${++published}`)
    await writeDurably(`${place}.tgz`, tarball)
    await writeDurably(`${place}.json`, JSON.stringify({ name, versions }))
    response.writeHead(201, { 'content-type': 'application/json' }).end('{"ok":true}')
  })
}

async function writeDurably(path, bytes) {
  const file = await open(`${path}.new`, 'w')
  await file.writeFile(bytes)
  await file.sync()
  await file.close()
  await rename(`${path}.new`, path)
}

function readPrepared() {
  const index = JSON.parse(readFileSync(join(prepared, 'index.json'), 'utf8'))
  return index.map(({ path, views, tarball, size }) => ({
    path,
    size,
    ...(tarball && { tarball: join(prepared, tarball) }),
    views: Object.fromEntries(Object.entries(views ?? {}).map(([view, each]) => [view, readView(each)])),
  }))
}

function readView({ file, type }) {
  const [identity, gzip] = [file, `${file}.gz`].map((each) => readFileSync(join(prepared, each)))
  return {
    identity: { bytes: identity, headers: headersOf(identity, type) },
    gzip: { bytes: gzip, headers: { ...headersOf(gzip, type), 'content-encoding': 'gzip' } },
  }
}

function headersOf(bytes, type) {
  return {
    'content-type': type,
    'content-length': bytes.length,
    etag: `"${createHash('sha256').update(bytes).digest('base64url')}"`,
    vary: 'Accept, Accept-Encoding',
  }
}
