import { describe, expect, it } from 'vitest'
import { receivedTarball } from '../src/index.ts'
import { createMemoryTarballStore, sampleTarball } from '../src/testing/index.ts'
import { storeTarball } from '../src/usecases/store-tarball.ts'

describe('a tarball that is stored and looked at', () => {
  const { key, bytes } = sampleTarball('@acme/widget')
  const tarball = receivedTarball(bytes)
  const refusal = new Error('it is not a tarball')
  const fault = new Error('the disk is full')

  it('is looked at when the store has its bytes and still waits for the disk', async () => {
    const { store, taken, written } = waitingStore()
    const seen: string[] = []
    const stored = storeTarball(store, key, tarball, async () => {
      await taken
      seen.push('looked at')
      written()
      return 'fine'
    })
    expect(await stored).toBe('fine')
    expect(seen).toEqual(['looked at'])
  })

  it('is not done before the store is', async () => {
    const { store, written } = waitingStore()
    let looked: () => void = () => {}
    const looking = new Promise<void>((resolve) => {
      looked = resolve
    })
    let isDone = false
    const stored = storeTarball(store, key, tarball, async () => looked()).then(() => {
      isDone = true
    })
    await looking
    await new Promise((resolve) => setImmediate(resolve))
    expect(isDone).toBe(false)
    written()
    await stored
  })

  it('is refused when the store is done with it, and not before', async () => {
    const { store, written, isDone } = waitingStore()
    const refused = storeTarball(store, key, tarball, async () => {
      setImmediate(written)
      throw refusal
    })
    await expect(refused).rejects.toBe(refusal)
    expect(isDone()).toBe(true)
  })

  it('is refused for what is in it, though the store failed as well', async () => {
    const { store, written } = waitingStore()
    const refused = storeTarball(store, key, tarball, async () => {
      written(fault)
      throw refusal
    })
    await expect(refused).rejects.toBe(refusal)
  })

  it('fails as the store does, looked at or not', async () => {
    const { store, written } = waitingStore()
    const failed = storeTarball(store, key, tarball, async () => written(fault))
    await expect(failed).rejects.toBe(fault)
    const broken = { ...store, put: () => Promise.reject(fault) }
    await expect(
      storeTarball(broken, key, tarball, async () => expect.fail('it was looked at')),
    ).rejects.toBe(fault)
  })
})

/** A store that has taken all bytes, and ends when it is told to. */
function waitingStore() {
  let [take, written]: [() => void, (error?: Error) => void] = [() => {}, () => {}]
  const taken = new Promise<void>((resolve) => {
    take = resolve
  })
  const onDisk = new Promise<void>((resolve, reject) => {
    written = (error) => (error === undefined ? resolve() : reject(error))
  })
  let done = false
  const memory = createMemoryTarballStore()
  const store: typeof memory = {
    ...memory,
    async put(...put) {
      await memory.put(...put)
      take()
      await onDisk
      done = true
    },
  }
  return { store, taken, written: (error?: Error) => written(error), isDone: () => done }
}
