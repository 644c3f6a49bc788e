import { Socket } from 'node:net'
import { countingSlabs } from '@nmr/core/testing'
import { pino } from 'pino'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Answers, createAnswers } from '../../src/http/answers.ts'

describe('answers that are kept', () => {
  const { slabs, held } = countingSlabs()
  let stands: boolean
  beforeEach(() => {
    stands = true
  })

  it('give back what their bodies are kept in, when others take their place, they no longer stand, or there is no room', () => {
    const answers = answersOf(200_000)
    for (let n = 0; n < 100; n++) remember(answers, `/x${n}`, Buffer.alloc(5000, n))
    expect(held.size).toBeGreaterThan(5)
    expect(held.size).toBeLessThan(20)
    expect(bodyOf(answers, '/x99')).toBe(Buffer.alloc(5000, 99).toString('latin1'))

    const before = held.size
    remember(answers, '/x99', Buffer.from('another'))
    expect([bodyOf(answers, '/x99'), held.size]).toEqual(['another', before])

    stands = false
    expect(bodyOf(answers, '/x99')).toBeUndefined()
    expect(held.size).toBe(before - 1)

    stands = true
    remember(answersOf(1000), '/y', Buffer.from('too large for it'))
    expect(held.size).toBe(before - 1)
  })

  function answersOf(answerCacheSize: number): Answers {
    const logger = pino({ level: 'silent' })
    return createAnswers({
      clock: () => new Date(),
      logger,
      answerCacheSize,
      slabs,
      front: { asks: () => false },
    })
  }

  /** What is asked for once is not kept. */
  function remember(answers: Answers, originalUrl: string, body: Buffer): void {
    const question = { method: 'GET', originalUrl, headers: {}, caller: undefined, socket: new Socket() }
    const standing = { holds: () => stands }
    for (let times = 0; times < 2; times++)
      answers.remember(question, { standing, common: {}, content: {}, etags: ['"one"'], body })
  }

  function bodyOf(answers: Answers, url: string): string | undefined {
    const found = answers.find({ method: 'GET', url, headers: {} }, new Socket())
    return typeof found?.body === 'function' ? found.body() : undefined
  }
})
