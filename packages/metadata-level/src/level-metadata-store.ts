import { access } from 'node:fs/promises'
import { join } from 'node:path'
import {
  createUnderWay,
  decodeHead,
  decodeVersionRow,
  encodeHead,
  encodeVersionRow,
  type Head,
  type MetadataChange,
  type MetadataStore,
  nextRevision,
  type PackageName,
  RegistryError,
  type Revision,
} from '@nmr/core'
import { ClassicLevel } from 'classic-level'
import { createGroupedWrites } from './grouped-writes.ts'
import { headKey, headKeys, nameOfHeadKey, readmeKey, versionKey } from './keys.ts'
import { makeFolder } from './make-folder.ts'
import { readerAt } from './package-reader.ts'
import { createTurns } from './turns.ts'

export interface LevelMetadataOptions {
  /** The folder that LevelDB keeps its files in; made, with its parents, where it is missing. */
  readonly location: string
  /** Whether a database is made where there is none; by default it is. Without, a folder that has none is left as it is. */
  readonly create?: boolean
}

/*
 * LevelDB maps its files into memory and leaves them there, by default a thousand of 2 MB: a registry that was read from
 * its first package to its last would hold all of its database. So many and so large hold 64 MB; what is not open costs
 * the tenth part of reading a package. It keeps ten of them for itself, and takes no smaller number, and no smaller size.
 */
const OPEN_FILES = 74
const FILE_SIZE = 1024 * 1024

/*
 * Bytes of blocks that it keeps unpacked, and of what was written last, of which there may be two at a time. To unpack a
 * block of a file that is mapped takes a microsecond.
 */
const BLOCK_CACHE = 2 * 1024 * 1024
const WRITE_BUFFER = 1024 * 1024

/**
 * Opens a metadata store in LevelDB: embedded, one process a folder. A commit is acknowledged when the disk has it.
 * Once the disk has failed one, all others are refused (`unavailable`) until the store is opened again; it can be read.
 *
 * @throws Error in one line that names the folder, when it is open already (`cause.code` is then `LEVEL_LOCKED`), has
 *   no database and may not get one, or cannot be opened
 */
export async function openLevelMetadataStore({
  location,
  create = true,
}: LevelMetadataOptions): Promise<MetadataStore> {
  if (!create && !(await hasDatabase(location)))
    throw unavailable(`there is no database at ${location}; metadata.level.path must be the registry's`)
  const db = await openDatabase(location, create)
  const inTurn = createTurns()
  // One sync keeps the commits of many packages, each of them whole: a batch is written as a whole.
  const writeGrouped = createGroupedWrites(
    untilOneFails((operations: readonly Operation[]) => db.batch([...operations], { sync: true })),
  )
  const underWay = createUnderWay()

  function headOf(name: PackageName): Head | undefined {
    // From LevelDB's cache this takes microseconds, where a promise would take a hop to another thread and back.
    const text = db.getSync(headKey(name))
    return text === undefined ? undefined : decodeHead(name, text)
  }

  async function compareAndWrite({
    name,
    expected,
    head,
    put = [],
    readme,
  }: MetadataChange): Promise<Revision> {
    const present = headOf(name)?.revision
    if ((present ?? 'absent') !== expected) {
      throw new RegistryError('revision_conflict', `${name} is at ${present ?? 'absent'}, not at ${expected}`)
    }
    const revision = nextRevision(present, { head, put })
    await writeGrouped([
      write(headKey(name), encodeHead(revision, head)),
      ...put.map((row) => write(versionKey(name, row.version), encodeVersionRow(row))),
      ...(readme === undefined ? [] : [write(readmeKey(name), readme)]),
    ])
    return revision
  }

  return {
    exclusive: true,
    head: async (name) => headOf(name),
    async version(name, version) {
      const text = db.getSync(versionKey(name, version))
      return text === undefined ? undefined : decodeVersionRow(text)
    },
    read: (name, work) =>
      underWay.track(async () => {
        const snapshot = db.snapshot()
        try {
          const reader = readerAt(db, snapshot, name)
          return reader && (await work(reader))
        } finally {
          await snapshot.close()
        }
      }),
    // Between comparing and writing no other commit of the package may come; those of others may.
    commit: (change) => underWay.track(() => inTurn(change.name, () => compareAndWrite(change))),
    async *names(range = {}) {
      for await (const key of db.keys(headKeys(range))) yield nameOfHeadKey(key)
    },
    async close() {
      await underWay.allDone()
      await db.close()
    },
  }
}

/**
 * After a write that failed, as on a full disk, LevelDB's log may end in a part of it. LevelDB takes more, and forgets all
 * behind that part when it is opened again. Opening it again is what mends the log.
 */
function untilOneFails<Writes extends readonly unknown[]>(
  write: (...writes: Writes) => Promise<void>,
): (...writes: Writes) => Promise<void> {
  let failure: { readonly cause: unknown } | undefined
  return async (...writes) => {
    if (failure !== undefined) {
      const text = 'nothing can be written since a write failed: the operator has to restart the registry'
      throw unavailable(text, failure.cause)
    }
    try {
      await write(...writes)
    } catch (cause) {
      failure = { cause }
      throw unavailable('the change could not be written; tell the operator of the registry', cause)
    }
  }
}

type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: string }
  | { readonly type: 'del'; readonly key: string }

/** An empty text stands for none. */
function write(key: string, value: string): Operation {
  return value === '' ? { type: 'del', key } : { type: 'put', key, value }
}

/** LevelDB itself would leave a lock and a log in the folder that it looks into. What cannot be seen, it may report. */
async function hasDatabase(location: string): Promise<boolean> {
  return access(join(location, 'CURRENT')).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== 'ENOENT' && code !== 'ENOTDIR',
  )
}

async function openDatabase(location: string, createIfMissing: boolean): Promise<ClassicLevel> {
  try {
    // LevelDB has the disk take what is in its folder, not the folder's name. It makes the folder once it is constructed.
    if (createIfMissing) await makeFolder(location)
    const db = new ClassicLevel(location, {
      createIfMissing,
      maxOpenFiles: OPEN_FILES,
      maxFileSize: FILE_SIZE,
      cacheSize: BLOCK_CACHE,
      writeBufferSize: WRITE_BUFFER,
    })
    await db.open()
    return db
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
    if (cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_LOCKED') {
      throw unavailable(`another process has the metadata folder ${location} open, and only one can`, cause)
    }
    const why = cause instanceof Error ? cause.message : String(cause)
    throw unavailable(`the metadata folder ${location} cannot be opened: ${why}`, cause)
  }
}

function unavailable(message: string, cause?: unknown): RegistryError {
  return new RegistryError('unavailable', message, { cause })
}
