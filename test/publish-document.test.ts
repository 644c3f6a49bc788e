import { text } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { receivedTarball } from '@nmr/core'
import { extract } from 'tar-stream'
import { expect, test } from 'vitest'
import { makeTarball, publishDocument } from './support/publish-document.ts'

const source = {
  name: '@acme/example',
  version: '1.2.3',
  extra: { description: 'An example' },
  files: { 'index.js': 'module.exports = 1\n', 'lib/bytes.bin': Buffer.alloc(1300, 'é') },
}

test('a made tarball is one that others can read, its package.json first', async () => {
  const archive = extract()
  archive.end(gunzipSync(makeTarball(source)))
  const found: [string, string][] = []
  for await (const entry of archive) found.push([entry.header.name, await text(entry)])
  expect(found).toEqual([
    ['package/package.json', expect.stringContaining('"description": "An example"')],
    ['package/index.js', source.files['index.js']],
    ['package/lib/bytes.bin', source.files['lib/bytes.bin'].toString()],
  ])
})

test('a publish document tells the truth about its tarball', () => {
  const tarball = makeTarball(source)
  const document = publishDocument({ ...source, tag: 'beta', access: 'public' })
  const { size, integrity, shasum } = receivedTarball(tarball)
  expect(document.versions['1.2.3']?.dist).toMatchObject({ integrity, shasum })
  expect(document._attachments['@acme/example-1.2.3.tgz']).toMatchObject({
    data: tarball.toString('base64'),
    length: size,
  })
  expect(document['dist-tags']).toEqual({ beta: '1.2.3' })
  expect(document.access).toBe('public')
})
