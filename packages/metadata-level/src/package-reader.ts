import {
  decodeHead,
  decodeVersionOutline,
  decodeVersionRow,
  type PackageName,
  type PackageReader,
  type VersionRow,
} from '@nmr/core'
import type { ClassicLevel, Snapshot } from 'classic-level'
import { headKey, readmeKey, versionKey, versionKeys } from './keys.ts'

/**
 * Rows that are fetched in one go, and bytes of them: what is done with them takes a turn of the event loop. LevelDB's
 * binding makes room for as many as are asked for, and keeps it until the garbage collector comes by, which does not see it.
 */
const AT_A_TIME = 64
const READ_AHEAD = 256 * 1024

/** What was in the database when the snapshot was taken; `undefined` when the package was not. */
export function readerAt(db: ClassicLevel, snapshot: Snapshot, name: PackageName): PackageReader | undefined {
  const head = db.getSync(headKey(name), { snapshot })
  if (head === undefined) return undefined
  // The rows of a small package came with its outline, and need not be fetched again.
  const seen = new Map<string, string>()

  async function textsOf(versions: readonly string[]): Promise<readonly (string | undefined)[]> {
    if (versions.every((version) => seen.has(version))) return versions.map((version) => seen.get(version))
    const keys = versions.map((version) => versionKey(name, version))
    return db.getMany(keys, { snapshot })
  }

  return {
    head: decodeHead(name, head),
    readme: async () => (await db.get(readmeKey(name), { snapshot })) ?? '',
    async *outline() {
      const values = db.values({ ...versionKeys(name), snapshot, highWaterMarkBytes: READ_AHEAD })
      try {
        for (;;) {
          const texts = await values.nextv(AT_A_TIME)
          if (texts.length === 0) return
          for (const text of texts) {
            const outline = decodeVersionOutline(text)
            if (seen.size < AT_A_TIME) seen.set(outline.version, text)
            yield outline
          }
        }
      } finally {
        await values.close()
      }
    },
    async rows(versions) {
      const rows: VersionRow[] = []
      for (let from = 0; from < versions.length; from += AT_A_TIME) {
        const texts = await textsOf(versions.slice(from, from + AT_A_TIME))
        for (const text of texts) if (text !== undefined) rows.push(decodeVersionRow(text))
      }
      return rows
    },
  }
}
