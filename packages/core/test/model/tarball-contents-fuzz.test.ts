import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../../../test/support/random.ts'
import { makeTarball, TAR_END, tarHeader, tarPadding } from '../../../../test/support/tarball.ts'
import { inspectTarball } from '../../src/model/tarball-contents.ts'

const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)
const MAX = 100_000

describe(`small tarballs, unpacked in one go (FUZZ_SEED=${seed})`, { timeout: 30_000 }, () => {
  it.each([
    ['whole', makeTarball({ name: '@acme/x', version: '1.0.0', files: { 'a.txt': 'x'.repeat(20_000) } })],
    [
      'in two gzips',
      Buffer.concat([gzipSync(archive().subarray(0, 700)), gzipSync(archive().subarray(700))]),
    ],
    ['before something else', Buffer.concat([gzipSync(archive()), Buffer.from('something else')])],
    ['without an end', gzipSync(archive().subarray(0, -TAR_END.length))],
    ['with half an entry', gzipSync(archive().subarray(0, 1200))],
    ['as large as it may be', gzipSync(sized(MAX))],
    ['larger than it may be', gzipSync(sized(MAX + 1))],
    ['larger than its end says', withSize(gzipSync(archive()), 10)],
    ['smaller than its end says', withSize(gzipSync(archive()), 60_000)],
    ['far smaller than its end says', withSize(gzipSync(archive()), 0xffff_ffff)],
    ['much larger than its end says', withSize(gzipSync(sized(5_000_000)), 10)],
    ['empty', Buffer.alloc(0)],
    ['three bytes', Buffer.from([0x1f, 0x8b, 8])],
  ])('are judged as in a stream: %s', async (_title, bytes) => {
    expect(await verdict(bytes, bytes.length)).toEqual(await verdict(bytes, STREAMED))
  })

  it('are judged as in a stream after something in them was changed', async () => {
    const random = randomFrom(seed)
    const seen = { passed: 0, refused: 0 }
    for (let round = 0; round < 600; round++) {
      const bytes = changed(random)
      const judged = await verdict(bytes, bytes.length)
      expect(judged, `round ${round}`).toEqual(await verdict(bytes, STREAMED))
      seen['refused' in judged ? 'refused' : 'passed']++
    }
    expect(seen.passed).toBeGreaterThan(50)
    expect(seen.refused).toBeGreaterThan(50)
  })
})

/** More than what is unpacked in one go. */
const STREAMED = 1_000_000

async function verdict(bytes: Buffer, size: number) {
  const tarball = {
    size,
    // Node takes no notice of garbage behind a zero byte, but for what comes in another piece.
    async *bytes() {
      yield bytes
    },
  }
  return inspectTarball(tarball, MAX).then(
    (contents) => ({ contents }),
    ({ code, message }) => ({ refused: `${code}: ${message}` }),
  )
}

function archive(extra = ''): Buffer {
  const files = {
    'package.json': JSON.stringify({ name: '@acme/x', version: '1.0.0' }),
    'index.js': `hello${extra}`,
    'deeper/package.json': '{}',
  }
  const entries = Object.entries(files).flatMap(([path, text]) => [
    tarHeader(path, text.length),
    Buffer.from(text),
    tarPadding(text.length),
  ])
  return Buffer.concat([...entries, TAR_END])
}

function sized(length: number): Buffer {
  return Buffer.concat([archive(), Buffer.alloc(length)], length)
}

/** With other last four bytes, in which a gzip says how much is in it. */
function withSize(gzip: Buffer, size: number): Buffer {
  gzip.writeUInt32LE(size, gzip.length - 4)
  return gzip
}

type Random = () => number

/** An archive that was changed, cut or added to, before or after it was compressed. */
function changed(random: Random): Buffer {
  const changeOne = (bytes: Buffer): Buffer => {
    const at = Math.floor(random() * bytes.length)
    switch (Math.floor(random() * 4)) {
      case 0:
        bytes[at] = Math.floor(random() * 256)
        return bytes
      case 1:
        return bytes.subarray(0, at)
      case 2:
        return Buffer.concat([bytes, bytes.subarray(at)])
      default:
        return bytes
    }
  }
  const tar = changeOne(archive('!'.repeat(Math.floor(random() * 2000))))
  return changeOne(gzipSync(tar, { level: Math.floor(random() * 3) }))
}
