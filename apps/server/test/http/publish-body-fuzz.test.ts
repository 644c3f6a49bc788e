import { isRegistryError } from '@nmr/core'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../../../test/support/random.ts'
import { expectedTarball, inChunks, readWhole } from './support.ts'

const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)

describe(`random publish bodies (FUZZ_SEED=${seed})`, { timeout: 30_000 }, () => {
  it('are read as JSON.parse and a base64 decoder would read them, in any chunks', async () => {
    const random = randomFrom(seed)
    for (let round = 0; round < 1000; round++) {
      const { text, tarball } = randomBody(random)
      const read = await readWhole(chunks(text, random), { spoolPath: 'unused' })
      expect(read.document, text).toEqual(withoutData(JSON.parse(text)))
      expect(read.tarballs, text).toEqual([expectedTarball(FILE, tarball)])
    }
  })

  it('are refused or read as JSON.parse reads them after something in them was changed', async () => {
    const random = randomFrom(seed + 1)
    let refused = 0
    for (let round = 0; round < 1000; round++) {
      const text = mutated(randomBody(random).text, random)
      try {
        const { document } = await readWhole(chunks(text, random), { spoolPath: 'unused' })
        expect(document, text).toEqual(withoutData(JSON.parse(text)))
      } catch (error) {
        if (!isRegistryError(error)) throw error
        refused++
        if (/JSON|too early/.test(error.message)) expect(() => JSON.parse(text), text).toThrow()
      }
    }
    expect(refused).toBeGreaterThan(200)
  })
})

type Random = () => number

const FILE = 'x-1.0.0.tgz'
const below = (random: Random, limit: number) => Math.floor(random() * limit)
const pick = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)] as T

function chunks(text: string, random: Random) {
  const largest = pick(random, [1, 5, 50, 5000])
  return inChunks(Buffer.from(text), () => 1 + below(random, largest))
}

function randomBody(random: Random): { text: string; tarball: Buffer } {
  const tarball = Buffer.from(Uint8Array.from({ length: below(random, 80) }, () => below(random, 256)))
  const entry: [string, string][] = [
    ...members(random, 2),
    ['data', JSON.stringify(tarball.toString('base64'))],
  ]
  const files: [string, string][] = [
    ['y.sigstore', object(random, [['data', string(random)]])],
    [FILE, object(random, entry)],
  ]
  const text = object(random, [...members(random, 3), ['_attachments', object(random, files)]])
  return { text: space(random) + text + space(random), tarball }
}

function object(random: Random, entries: readonly [string, string][]): string {
  const shuffled = entries.map((entry) => [random(), entry] as const).sort(([a], [b]) => a - b)
  const inner = shuffled.map(([, [key, value]]) => {
    return `${space(random)}${escaped(random, key)}${space(random)}:${space(random)}${value}${space(random)}`
  })
  return `{${inner.join(',') || space(random)}}`
}

/** Some members with keys that are each there once, and values of all kinds. */
function members(random: Random, depth: number): [string, string][] {
  const keys = ['a', 'length', 'versions', 'Data', '"', '\\', '{', 'é', '', 'data ']
  return keys.filter(() => random() < 0.3).map((key) => [key, value(random, depth)])
}

function value(random: Random, depth: number): string {
  const kind = below(random, depth > 0 ? 5 : 3)
  if (kind === 0) return pick(random, ['0', '-1.5', '1e9', 'true', 'false', 'null'])
  if (kind < 3) return string(random)
  if (kind === 3)
    return `[${space(random)}${Array.from({ length: below(random, 3) }, () => value(random, depth - 1))}]`
  const nested = random() < 0.5 ? members(random, depth - 1) : [['data', string(random)] as [string, string]]
  return object(random, [...nested, ['_attachments', object(random, members(random, depth - 1))]])
}

function string(random: Random): string {
  const alphabet = [
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    'a',
    'data',
    '_attachments',
    'é',
    '𝄞',
    '\n',
    '\u0000',
  ]
  return escaped(random, Array.from({ length: below(random, 6) }, () => pick(random, alphabet)).join(''))
}

/** A string as JSON, some of its letters escaped though they need not be. */
function escaped(random: Random, text: string): string {
  const often = pick(random, [0, 0, 0.2])
  return JSON.stringify(text).replace(/\\.|[a-z_.]/g, (letter) => {
    if (letter.length > 1 || random() >= often) return letter
    return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

function space(random: Random): string {
  return pick(random, ['', '', '', ' ', '\n', '\r\n\t'])
}

function mutated(text: string, random: Random): string {
  const at = below(random, text.length)
  const byte = pick(random, ['"', '\\', '{', '}', '[', ']', ':', ',', ' ', 'A', '', text.slice(at, at + 9)])
  // A cut may go through a surrogate pair, which cannot be sent as it is.
  return Buffer.from(text.slice(0, at) + byte + text.slice(at + below(random, 3))).toString()
}

/** What a publish's document is when all of it had been parsed: without the one thing that is taken out. */
function withoutData(document: { _attachments?: Record<string, { data?: unknown }> }): unknown {
  for (const [file, entry] of Object.entries(document._attachments ?? {})) {
    if (!file.endsWith('.sigstore') && typeof entry?.data === 'string') entry.data = ''
  }
  return document
}
