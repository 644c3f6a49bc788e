import { createHash } from 'node:crypto'
import type { Answer, Connections } from './connections.ts'
import type { Model, Shown } from './model.ts'
import type { Representation } from './representations.ts'

/** What somebody has from before, to be asked about with If-None-Match. */
export type Held = Map<string, { readonly etag: string; readonly shown: Shown }>

/** Holds every answer against what was written. */
export interface Readers {
  /** @param held what this reader has; it keeps what comes */
  read(from: Connections, model: Model, representation: Representation, held: Held): Promise<Answer>
  /** What was answered and not right, the first few. */
  readonly faults: readonly string[]
  readonly counts: Readonly<Record<'reads' | 'notModified', number>>
}

const MAX_FAULTS = 10

export function createReaders(): Readers {
  const faults: string[] = []
  const counts = { reads: 0, notModified: 0 }
  const bytes = new Map<string, string>()

  /** A strong ETag stands for the same bytes whenever it is seen. */
  function faultsOfBytes(id: string, { etag, body }: Answer): readonly string[] {
    const key = `${id} ${etag}`
    const digest = createHash('sha1').update(body).digest('base64')
    const known = bytes.get(key) ?? digest
    bytes.set(key, digest)
    return known === digest ? [] : [`the ETag ${etag} stands for two documents`]
  }

  return {
    async read(connections, model, { path, headers, shown: shownBy }, held) {
      const id = `${path} ${JSON.stringify(headers)}`
      const had = held.get(id)
      const check = model.read()
      const answer = await connections.get(path, { ...headers, ...(had && { 'if-none-match': had.etag }) })
      counts.reads += 1
      const isCopy = answer.status === 304 && had !== undefined
      const shown = isCopy ? had.shown : shownBy(answer.status, answer.body)
      const wrong = [...check(shown), ...(answer.status === 200 ? faultsOfBytes(id, answer) : [])]
      if (faults.length < MAX_FAULTS) faults.push(...wrong.map((text) => `${answer.status} ${id}: ${text}`))
      if (isCopy) counts.notModified += 1
      else if (answer.etag === undefined) held.delete(id)
      else held.set(id, { etag: answer.etag, shown })
      return answer
    },
    faults,
    counts,
  }
}
