import { createHmac, randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { RegistryError } from '@nmr/core'
import { ClassicLevel } from 'classic-level'
import { LRUCache } from 'lru-cache'
import type { Answer } from './answer.ts'

/** Keeps GitHub's answers, each for the one token that it was given to. It never holds a token, only keyed hashes. */
export interface AnswerCache {
  /** A token's name in this cache, which no other cache has for it. */
  hash(token: string): string
  get(key: string): Promise<Answer | undefined>
  put(key: string, answer: Answer): void
  /** Waits for what is being written. */
  close(): Promise<void>
}

const MAX_IN_MEMORY = 50_000
/** Milliseconds after which even the entity tag of an answer on disk is not kept any more. */
const KEEP = 24 * 60 * 60 * 1000
const WRITES_BETWEEN_SWEEPS = 10_000

/** Where the key of the hashes is kept beside the answers; hashes are letters and digits, so none is in its way. */
const KEY_NAME = '!key'

/**
 * Opens the cache: in memory, and in the LevelDB folder `path` where one is given, so that a restarted registry does
 * not ask GitHub everything at once.
 *
 * @throws Error when the folder cannot be opened, for one because another process has
 */
export async function openAnswerCache(path: string | undefined, clock: () => Date): Promise<AnswerCache> {
  const disk = path === undefined ? undefined : await openDisk(path)
  const secret = (await disk?.get(KEY_NAME)) ?? randomBytes(32).toString('hex')
  await disk?.put(KEY_NAME, secret)
  const memory = new LRUCache<string, Answer>({ max: MAX_IN_MEMORY })
  const writing = new Set<Promise<void>>()
  let writes = 0

  // What cannot be written down has to be asked again after a restart; that is all it costs.
  function inBackground(work: Promise<void>): void {
    const settled = work.catch(() => {}).finally(() => writing.delete(settled))
    writing.add(settled)
  }

  async function sweep(level: Disk): Promise<void> {
    const oldest = clock().getTime() - KEEP
    for await (const [key, text] of level.iterator({ gt: `${KEY_NAME}~` })) {
      if ((decode(text)?.asked ?? 0) < oldest) await level.del(key)
    }
  }

  if (disk !== undefined) inBackground(sweep(disk))

  return {
    hash: (token) => createHmac('sha256', secret).update(token).digest('hex'),
    async get(key) {
      const known = memory.get(key)
      if (known !== undefined || disk === undefined) return known
      const stored = decode(await disk.get(key).catch(() => undefined))
      // Somebody may have put a newer one meanwhile.
      if (stored !== undefined && !memory.has(key)) memory.set(key, stored)
      return memory.get(key)
    },
    put(key, answer) {
      memory.set(key, answer)
      if (disk === undefined) return
      // A no is soon asked again anyhow, and strangers could fill the disk with what does not exist.
      inBackground(isGood(answer) ? disk.put(key, JSON.stringify(answer)) : disk.del(key))
      if (++writes % WRITES_BETWEEN_SWEEPS === 0) inBackground(sweep(disk))
    },
    async close() {
      await Promise.all(writing)
      await disk?.close()
    },
  }
}

type Disk = ClassicLevel<string, string>

async function openDisk(path: string): Promise<Disk> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
    const level = new ClassicLevel<string, string>(path)
    await level.open()
    return level
  } catch (error) {
    const why = reason(error instanceof Error && error.cause instanceof Error ? error.cause : error)
    throw new RegistryError('unavailable', `cannot open the cache of GitHub's answers in ${path}: ${why}`, {
      cause: error,
    })
  }
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'LEVEL_LOCKED') return 'another process has it open'
  return code === 'LEVEL_CORRUPTION' ? `it is damaged, and may be deleted: ${message}` : message
}

function isGood({ status }: Answer): boolean {
  return status === 200 || status === 422
}

/** A damaged entry is no entry. */
function decode(text: string | undefined): Answer | undefined {
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    const isAnswer = typeof value === 'object' && value !== null && 'asked' in value && 'status' in value
    return isAnswer ? (value as Answer) : undefined
  } catch {
    return undefined
  }
}
