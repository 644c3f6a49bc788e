import { readdir } from 'node:fs/promises'
import { RegistryError } from '@nmr/core'
import { describe, expect, it } from 'vitest'
import { inChunks, openFilesIn, readWhole, refusal, temporaryFolder } from './support.ts'

const withData = (data: string) => `{"_attachments":{"x.tgz":{"data":"${data}"}}}`
const UNREADABLE = 'the body cannot be read: '

describe('the body of a publish is refused', () => {
  it.each([
    ['empty', '', `${UNREADABLE}it is empty`],
    ['blank', ' \n\t ', `${UNREADABLE}it is not a JSON object`],
    ['an array', '[{}]', `${UNREADABLE}it is not a JSON object`],
    ['a string', '"{}"', `${UNREADABLE}it is not a JSON object`],
    ['a number', '1', `${UNREADABLE}it is not a JSON object`],
    ['null', 'null', `${UNREADABLE}it is not a JSON object`],
    ['a form', 'name=x', `${UNREADABLE}it is not a JSON object`],
    ['cut in a key', '{"versi', `${UNREADABLE}it ends too early`],
    ['cut behind a backslash', '{"a\\', `${UNREADABLE}it ends too early`],
    ['cut between values', '{"versions":{}', `${UNREADABLE}it ends too early`],
    ['cut in the data', '{"_attachments":{"x.tgz":{"data":"AAAA', `${UNREADABLE}it ends too early`],
    ['cut behind the data', '{"_attachments":{"x.tgz":{"data":"AAAA"', `${UNREADABLE}it ends too early`],
    ['no JSON', '{"a":nope}', 'the body is not valid JSON'],
    ['of an odd number', '{"a":01}', 'the body is not valid JSON'],
    ['JSON with a comma too many', '{"a":1,}', 'the body is not valid JSON'],
    ['JSON without a colon', '{"_attachments" {"x.tgz" {"data" "AAAA"}}}', 'the body is not valid JSON'],
    ['JSON with crossed brackets', '{"a":[}]', 'the body is not valid JSON'],
    ['closed twice', '{}}', 'the body is not valid JSON'],
    ['cut in a string behind it', '{}"a', 'the body is not valid JSON'],
    ['two documents', '{}{"_attachments":{"x.tgz":{"data":"AAAA"}}}', 'the body is not valid JSON'],
    ['JSON with a wrong escape in a key', '{"\\x":1}', `${UNREADABLE}it is not valid JSON`],
    ['a key with a line break', '{"a\n":1}', `${UNREADABLE}it is not valid JSON`],
    ['nested too deep', `{"a":${'['.repeat(1000)}`, `${UNREADABLE}it is nested more than 1000 levels deep`],
    [
      'poisonous',
      '{"versions":{"__proto__":{"a":1}}}',
      'the body has a key "__proto__" or "constructor.prototype"',
    ],
    [
      'poisonous in its attachments',
      '{"_attachments":{"__proto__":{"data":"AAAA"}}}',
      'the body has a key "__proto__" or "constructor.prototype"',
    ],
    [
      'poisonous in its constructor',
      '{"constructor":{"prototype":{"a":1}}}',
      'the body has a key "__proto__" or "constructor.prototype"',
    ],
    [
      'ambiguous about its attachments',
      '{"_attachments":{},"\\u005fattachments":{}}',
      `${UNREADABLE}it has the key "_attachments" twice`,
    ],
    [
      'ambiguous about a file',
      '{"_attachments":{"x.tgz":{"data":"AAAA"},"x.tgz":{}}}',
      `${UNREADABLE}it has the key "x.tgz" twice`,
    ],
    [
      'ambiguous about the data',
      '{"_attachments":{"x.tgz":{"data":"AAAA","data":null}}}',
      `${UNREADABLE}it has the key "data" twice`,
    ],
    [
      'two tarballs',
      '{"_attachments":{"x.tgz":{"data":"AAAA"},"y.tgz":{"data":""}}}',
      `${UNREADABLE}it has two tarballs, "x.tgz" and "y.tgz"`,
    ],
  ])('when it is %s', async (_, text, message) => {
    for (const size of [1, 7, 10_000]) {
      const error = await refusal(readWhole(inChunks(Buffer.from(text), size), { spoolPath: 'unused' }))
      expect(error).toMatchObject({ code: 'invalid_request', message })
    }
  })

  it('as soon as it holds more values than are allowed, or more keys where all are remembered', async () => {
    const keys = (count: number) => Array.from({ length: count }, (_, key) => `"${key}":0`).join()
    const limits = { spoolPath: 'unused', maxDocumentSize: 1e7 }
    for (const [text, problem] of [
      [`{"a":{${keys(750_000)}`, 'it holds more than 750000 values'],
      [`{${keys(10_001)}`, 'it has more than 10000 keys in one object'],
      [`{"_attachments":{${keys(10_001)}`, 'it has more than 10000 keys in one object'],
    ] as const) {
      const error = await refusal(readWhole(inChunks(Buffer.from(text), 65_536), limits))
      expect(error).toMatchObject({ code: 'invalid_request', message: UNREADABLE + problem })
    }
  })

  it('when it is not UTF-8', async () => {
    const body = Buffer.from('{"name":"é"}', 'latin1')
    const error = await refusal(readWhole(inChunks(body, 3), { spoolPath: 'unused' }))
    expect(error).toMatchObject({ code: 'invalid_request', message: 'the body is not valid UTF-8' })
  })

  it.each(['AAA', 'AA AA', 'AAAA\\n', 'AA\\/A', 'AAA\\"', 'AA==AAAA', '{\\"mediaType\\":1}'])(
    'when the data of its tarball is %j',
    async (data) => {
      for (const size of [1, 7, 1000]) {
        const body = Buffer.from(withData(data))
        const error = await refusal(readWhole(inChunks(body, size), { spoolPath: 'unused' }))
        expect(error.code).toBe('invalid_tarball')
        expect(error.message).toMatch(/^the tarball's data is not base64: /)
      }
    },
  )

  it('as soon as its tarball is over the limit, and takes a tarball of just the limit', async () => {
    const limits = { spoolPath: await temporaryFolder(), maxTarballSize: 600_000 }
    const { tarballs } = await readWhole(inChunks(Buffer.from(withData('A'.repeat(800_000))), 4096), limits)
    expect(tarballs[0]?.size).toBe(600_000)

    const source = counted('{"_attachments":{"x.tgz":{"data":"', Buffer.alloc(4096, 'A'))
    const error = await refusal(readWhole(source.chunks(), limits))
    expect(error.code).toBe('too_large')
    expect(error.message).toContain('larger than 600000 bytes')
    expect(error.message).toContain('settings.max_tarball_size')
    expect(source.sent()).toBeLessThan(800_000 + 2 * 4096)
    expect(source.closed()).toBe(true)
    expect(await readdir(limits.spoolPath)).toEqual([])
  })

  it('as soon as its document is over the limit, and takes a document of just the limit', async () => {
    const limits = { spoolPath: 'unused', maxDocumentSize: 100_000 }
    const text = JSON.stringify({ readme: 'r'.repeat(100_000 - '{"readme":""}'.length) })
    expect((await readWhole(inChunks(Buffer.from(text), 4096), limits)).document).toEqual(JSON.parse(text))
    const longer = inChunks(Buffer.from(`${text} `), 4096)
    expect((await refusal(readWhole(longer, limits))).code).toBe('too_large')

    const source = counted('{"_attachments":{"x.sigstore":{"data":"', Buffer.alloc(4096, 'A'))
    const error = await refusal(readWhole(source.chunks(), limits))
    expect(error.code).toBe('too_large')
    expect(error.message).toBe('the document is larger than 100000 bytes, not counting the tarball')
    expect(source.sent()).toBeLessThan(100_000 + 2 * 4096)
    expect(source.closed()).toBe(true)
  })

  it('when the request breaks off', async () => {
    const spoolPath = await temporaryFolder()
    const reset = new Error('read ECONNRESET')
    async function* broken() {
      yield Buffer.from(`{"_attachments":{"x.tgz":{"data":"${'A'.repeat(600_000)}`)
      throw reset
    }
    const error = await refusal(readWhole(broken(), { spoolPath }))
    expect(error).toMatchObject({ code: 'invalid_request', cause: reset })
    expect(error.message).toBe('the request broke off before its body was complete')
    expect(await readdir(spoolPath)).toEqual([])
  })

  it.runIf(process.platform === 'linux')('and keeps no file open', async () => {
    const spoolPath = await temporaryFolder()
    let open = 0
    async function* cut() {
      yield Buffer.from(`{"_attachments":{"x.tgz":{"data":"${'A'.repeat(600_000)}`)
      open = await openFilesIn(spoolPath)
    }
    expect((await refusal(readWhole(cut(), { spoolPath }))).code).toBe('invalid_request')
    expect(open).toBe(1)
    expect(await openFilesIn(spoolPath)).toBe(0)
  })

  it('for the reason that the source gives, where it gives one', async () => {
    const reason = new RegistryError('unavailable', 'shutting down')
    async function* refusing() {
      yield Buffer.from('{')
      throw reason
    }
    expect(await refusal(readWhole(refusing(), { spoolPath: 'unused' }))).toBe(reason)
  })

  it('with a fault, and all released, when there is nowhere to spool', async () => {
    const source = counted('{"_attachments":{"x.tgz":{"data":"', Buffer.alloc(4096, 'A'))
    await expect(readWhole(source.chunks(), { spoolPath: '/dev/null/spool' })).rejects.toThrow(
      /ENOTDIR|ENOENT/,
    )
    expect(source.closed()).toBe(true)
  })
})

/** A source that does not end, and tells how much of it was taken and whether it was closed. */
function counted(start: string, piece: Uint8Array) {
  let sent = 0
  let closed = false
  return {
    async *chunks() {
      try {
        yield Buffer.from(start)
        while (true) {
          sent += piece.length
          yield piece
        }
      } finally {
        closed = true
      }
    },
    sent: () => sent,
    closed: () => closed,
  }
}
