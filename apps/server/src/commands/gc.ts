import { collectGarbage } from '@nmr/core'
import { openMetadataStore, openTarballStore } from '../compose.ts'
import type { Config } from '../config.ts'

/** Milliseconds that a publish may be under way: so old has to be what nobody names. */
const DAY = 24 * 60 * 60 * 1000

/** Removes what crashes have left in the tarball store, and says what that was. Metadata has to be there. */
export async function collect(config: Config, print: (text: string) => void): Promise<void> {
  const metadata = await openMetadataStore(config, { create: false })
  try {
    const tarballs = await openTarballStore(config)
    try {
      const before = new Date(Date.now() - DAY)
      const { tarballs: removed, unfinished } = await collectGarbage({ metadata, tarballs, before })
      for (const key of removed) print(`removed ${key}\n`)
      print(
        `older than a day, and removed: ${removed.length} tarballs that no version names, ${unfinished} unfinished uploads\n`,
      )
    } finally {
      await tarballs.close()
    }
  } finally {
    await metadata.close()
  }
}
