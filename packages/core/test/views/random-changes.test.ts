import type { MetadataStore } from '@nmr/core'
import { createMemoryMetadataStore } from '@nmr/core/testing'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../../../test/support/random.ts'
import { changeAtRandom } from './random-change.ts'
import { createLargeSubject, expectSame, read, renderAnew, requests, x } from './support.ts'

const seed = Number(process.env.VIEWS_SEED ?? Date.now() % 2 ** 31)

describe(`views of a package that changes at random (VIEWS_SEED=${seed})`, { timeout: 60_000 }, () => {
  it('are byte for byte what they are when they are rendered anew', async () => {
    const random = randomFrom(seed)
    const subject = await createLargeSubject()
    const registry = subject.createRegistry()
    const elsewhere = subject.createRegistry()
    await subject.fill(x, 150)
    for (let n = 0; n < 100; n++) {
      const change = await changeAtRandom(random() < 0.1 ? elsewhere : registry, subject, random)
      for (const request of requests.filter(() => random() < 0.3)) {
        const view = await read(registry, subject.writer, x, request)
        const what = `${JSON.stringify(request)} after ${change}`
        expectSame(view, await renderAnew(subject.metadata, x, request), what)
      }
    }
  })

  it('are of one revision, and not of one that has passed, when they are read meanwhile', async () => {
    const random = randomFrom(seed + 1)
    const subject = await createLargeSubject()
    const registry = subject.createRegistry((store) => slow(store, random))
    await subject.fill(x, 150)
    const states = new Map<string, MetadataStore>()
    const acknowledged: string[] = []
    const note = async () => {
      const revision = (await subject.metadata.head(x))?.revision ?? ''
      states.set(revision, createMemoryMetadataStore(new Map(subject.packages)))
      acknowledged.push(revision)
    }
    await note()
    let isDone = false
    const writing = (async () => {
      for (let n = 0; n < 40; n++) {
        await changeAtRandom(registry, subject, random)
        await note()
        await turns(Math.floor(random() * 20))
      }
    })().finally(() => {
      isDone = true
    })
    const reading = requests.slice(0, 4).map(async (request) => {
      while (!isDone) {
        const before = acknowledged.at(-1) ?? ''
        const view = await read(registry, subject.writer, x, request)
        const what = `${JSON.stringify(request)} of ${view.revision}`
        // A change may be seen before it is acknowledged.
        while (!states.has(view.revision) && !isDone) await turns(1)
        expect(acknowledged.indexOf(view.revision), what).toBeGreaterThanOrEqual(acknowledged.indexOf(before))
        expectSame(view, await renderAnew(states.get(view.revision) ?? subject.metadata, x, request), what)
      }
    })
    await Promise.all([writing, ...reading])
  })
})

/** A store that lets others have some turns before and after each of its answers. */
function slow(metadata: MetadataStore, random: () => number): MetadataStore {
  const wait = () => turns(Math.floor(random() * 4))
  return {
    ...metadata,
    async head(name) {
      await wait()
      return metadata.head(name)
    },
    async commit(change) {
      await wait()
      const revision = await metadata.commit(change)
      await wait()
      return revision
    },
    async read(name, work) {
      await wait()
      return metadata.read(name, async (reader) => {
        await wait()
        return work({
          ...reader,
          async rows(versions) {
            await wait()
            return reader.rows(versions)
          },
        })
      })
    },
  }
}

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve))
}
