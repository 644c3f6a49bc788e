import { describe, expect, it } from 'vitest'
import { createSharedRuns } from '../src/shared-runs.ts'

describe('shared runs', () => {
  it('begin after they were asked for, and are shared by all who asked while one ran', async () => {
    const { started, end, run } = controlled()
    const first = run('a')
    await turn()
    const [second, third] = [run('a'), run('a')]
    await turn()
    expect(started).toEqual(['a'])
    end()
    await first
    await turn()
    expect(started).toEqual(['a', 'a'])
    end()
    await Promise.all([second, third])
    expect(started).toEqual(['a', 'a'])
  })

  it('of different keys run beside each other', async () => {
    const { started, end, run } = controlled()
    const both = [run('a'), run('b')]
    await turn()
    expect(started).toEqual(['a', 'b'])
    end()
    end()
    await Promise.all(both)
  })

  it('fail for those who share them, and for nobody after', async () => {
    const { end, run } = controlled()
    const failing = Promise.allSettled([run('a'), run('a')])
    await turn()
    const next = run('a')
    end(new Error('the disk is gone'))
    expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await turn()
    end()
    await next
  })
})

/** Runs that end, in the order they began, when they are told to. */
function controlled() {
  const started: string[] = []
  const running: ((error?: Error) => void)[] = []
  const run = createSharedRuns((key) => {
    started.push(key)
    return new Promise((resolve, reject) => {
      running.push((error) => (error === undefined ? resolve() : reject(error)))
    })
  })
  return { started, run, end: (error?: Error) => running.shift()?.(error) }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
