import { describe, expect, it } from 'vitest'
import { createLogger } from '../src/log.ts'

describe('a logged error', () => {
  it('has what its author wrote, through all its causes, and nothing that a library hung on it', () => {
    const lines: string[] = []
    const logger = createLogger('info', { write: (line: string) => void lines.push(line) })
    const request = { headers: { authorization: 'Bearer hunter2' } }
    const cause = Object.assign(new Error('the far end hung up'), { code: 'ECONNRESET', request })
    logger.error({ err: new Error('it failed', { cause: Object.assign(cause, { request }) }) }, 'oh')
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      msg: 'oh',
      err: { type: 'Error', message: 'it failed', stack: expect.any(String), cause: { code: 'ECONNRESET' } },
    })
    expect(lines.join()).not.toContain('hunter2')
  })
})

describe('the log on standard output', () => {
  it('is no reason to end when it cannot be written', () => {
    createLogger('info')
    expect(() => process.stdout.emit('error', new Error('no space left on device'))).not.toThrow()
  })
})
