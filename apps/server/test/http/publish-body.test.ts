import { readdir } from 'node:fs/promises'
import type { ReceivedTarball } from '@nmr/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type PublishBody, readPublishBody } from '../../src/http/publish-body.ts'
import { collect, expectedTarball, inChunks, readWhole, temporaryFolder } from './support.ts'

const key = '@acme/x-1.0.0.tgz'
const tarball = Buffer.from(Uint8Array.from({ length: 50 }, (_, at) => at * 5))
const data = tarball.toString('base64')
const attachment = { content_type: 'application/octet-stream', data, length: tarball.length }
const versions = {
  '1.0.0': { name: '@acme/x', scripts: { x: 'echo "}]\\",{[" \\\\' }, n: [1.5e3, true, null] },
}

describe('the body of a publish', () => {
  it.each([
    ['npm', { _id: '@acme/x', access: null, versions, _attachments: { [key]: attachment } }],
    ['berry', { _id: '@acme/x', _attachments: { [key]: attachment }, access: 'public', versions }],
  ])('is the document without the data, and the tarball, as %s orders it', async (_, sent) => {
    const { document, tarballs } = await read(JSON.stringify(sent))
    expect(document).toEqual({ ...sent, _attachments: { [key]: { ...attachment, data: '' } } })
    expect(tarballs).toEqual([expectedTarball(key, tarball)])
  })

  it('is read the same wherever it is cut', { timeout: 30_000 }, async () => {
    const sent = {
      'a "key" \\': ['"', '\\', '\\"', 'é𝄞\n'],
      _attachments: {
        [key]: attachment,
        'x.sigstore': { data: '{"mediaType":"x","a":"\\\\"}', length: 3 },
      },
      versions,
    }
    const body = Buffer.from(JSON.stringify(sent))
    const whole = await readWhole(inChunks(body, body.length), { spoolPath: 'unused' })
    expect(whole.tarballs).toEqual([expectedTarball(key, tarball)])
    for (let size = 1; size < body.length; size++) {
      expect(await readWhole(inChunks(body, size), { spoolPath: 'unused' })).toEqual(whole)
      expect(await readWhole(cutOnce(body, size), { spoolPath: 'unused' })).toEqual(whole)
    }
  })

  it('may be indented, and may escape the letters of keys', async () => {
    const text = `\n{ "\\u005fattachments" :\r\n\t{ "@acme\\/x-1.0.0\\u002etgz" : { "length":50, "d\\u0061ta" : "${data}" } } } `
    const { document, tarballs } = await read(text)
    expect(document).toEqual({ _attachments: { [key]: { length: 50, data: '' } } })
    expect(tarballs).toEqual([expectedTarball(key, tarball)])
  })

  it.each([
    '{}',
    '{"a":1,"b":true,"c":null,"d":"","e":[],"f":{},"g":-1.5e-3}',
    '{"_attachments":{}}',
    '{"_attachments":null,"versions":{}}',
    '{"_attachments":"data","data":"AAAA"}',
    '{"_attachments":[{"x.tgz":{"data":"AAAA"}}]}',
    '{"_attachments":{"x.tgz":"data","y":["data","AAAA"]}}',
    '{"_attachments":{"x.tgz":{"stub":true,"Data":"AAAA"}}}',
    '{"_attachments":{"x.tgz":{"data":null},"y.tgz":{"data":["AAAA"]},"z.tgz":{"data":{"data":"AAAA"}}}}',
    '{"_attachments":{"x.tgz":{"a":["b","data"],"c":"AAAA"}}}',
    '{"versions":{"1.0.0":{"_attachments":{"x.tgz":{"data":"AAAA"}}}}}',
    '{"versions":[{"_attachments":{"x.tgz":{"data":"AAAA"}}}]}',
    '{"data":{"x.tgz":{"data":"AAAA"}}}',
    '{"a":"_attachments","b":{"x.tgz":{"data":"AAAA"}}}',
    '{"a":["_attachments",{"x.tgz":{"data":"AAAA"}}]}',
    '{"_attachments":{"x-1.0.0.sigstore":{"data":"{\\"a\\":\\"b\\\\n\\"}"}}}',
  ])('is all document where no attachment has data of a tarball: %s', async (text) => {
    expect(await read(text)).toEqual({ document: JSON.parse(text), tarballs: [] })
  })

  it('may hold a tarball of no bytes', async () => {
    const { document, tarballs } = await read('{"_attachments":{"x.tgz":{"data":""}}}')
    expect(document).toEqual({ _attachments: { 'x.tgz': { data: '' } } })
    expect(tarballs).toEqual([expectedTarball('x.tgz', Buffer.alloc(0))])
  })

  it('may be nested as deep as 1,000 levels', async () => {
    const text = `{"a":${'['.repeat(999)}${']'.repeat(999)},"_attachments":{"x.tgz":{"data":"${data}"}}}`
    expect((await read(text)).tarballs).toEqual([expectedTarball('x.tgz', tarball)])
  })

  it('may come as one chunk, however large', async () => {
    const large = Buffer.alloc(3_000_001, 'a tarball')
    const text = JSON.stringify({ _attachments: { [key]: { data: large.toString('base64') } }, versions })
    const spoolPath = await temporaryFolder()
    const { tarballs } = await readWhole(inChunks(Buffer.from(text), text.length), {
      spoolPath,
      maxTarballSize: large.length,
    })
    expect(tarballs[0]?.bytes.equals(large)).toBe(true)
    expect(tarballs[0]?.integrity).toBe(expectedTarball(key, large).integrity)
  })

  it('cannot be read any more once it is disposed of', async () => {
    const spoolPath = await temporaryFolder()
    const source = inChunks(Buffer.from(JSON.stringify({ _attachments: { [key]: attachment } })), 10)
    const body = await readPublishBody(source, { maxTarballSize: 50, maxDocumentSize: 1000, spoolPath })
    await body.dispose()
    await body.dispose()
    await expect(collect(tarballIn(body).bytes())).rejects.toThrow('disposed')
  })

  it('takes no more memory for a tarball of 150 MB than for any other', { timeout: 30_000 }, async () => {
    const spoolPath = await temporaryFolder()
    const MB = 1024 * 1024
    const piece = Buffer.alloc(64 * 1024, 'QUJD')
    const before = memory()
    let most = 0
    async function* endless() {
      yield Buffer.from('{"_attachments":{"x.tgz":{"data":"')
      for (let sent = 0; sent < 200 * MB; sent += piece.length) {
        if (sent % MB === 0) most = Math.max(most, memory() - before)
        yield piece
      }
      yield Buffer.from('"}}}')
    }
    const body = await readPublishBody(endless(), {
      maxTarballSize: 150 * MB,
      maxDocumentSize: MB,
      spoolPath,
    })
    onTestFinished(() => body.dispose())
    expect(await readdir(spoolPath)).toEqual([])
    let read = 0
    for await (const chunk of tarballIn(body).bytes()) {
      read += chunk.length
      most = Math.max(most, memory() - before)
    }
    expect(tarballIn(body).size).toBe(150 * MB)
    expect(read).toBe(150 * MB)
    expect(most).toBeLessThan(75 * MB)
  })
})

function read(text: string) {
  return readWhole(inChunks(Buffer.from(text), 7), { spoolPath: 'unused' })
}

async function* cutOnce(body: Uint8Array, at: number) {
  yield body.subarray(0, at)
  yield body.subarray(at)
}

function tarballIn({ attached: only }: PublishBody): ReceivedTarball {
  if (only === undefined) throw new Error('there is no tarball')
  return only.tarball
}

/** Bytes that are in use or wait for the garbage collector. */
function memory(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
