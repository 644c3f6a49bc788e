import { actions } from '@nmr/core'
import { describe, expect, it } from 'vitest'
import { governed, openTestBed, ungoverned } from './support.ts'

/** sid is a stranger to acme/secret, which governs two packages. */
async function setUp(anonymousRead = false) {
  const bed = await openTestBed({ anonymousRead })
  bed.github.addUser('sid')
  const secret = bed.github.addRepository('acme/secret')
  return {
    ...bed,
    hidden: [governed('@acme/a', secret), governed('@acme/b', secret)] as const,
    sid: bed.github.addToken('classic', { login: 'sid', scopes: ['repo'] }),
  }
}

describe('a package that a token may not see', () => {
  it.each(actions.filter((action) => action !== 'publish'))(
    'gets the same words to %s as one that does not exist',
    async (action) => {
      const { ask, sid, hidden } = await setUp()
      const seen = await ask(sid, action, hidden[0])
      const absent = await ask(sid, action, ungoverned('@acme/a'))
      expect(seen).toEqual(absent)
      expect(seen.outcome).toBe('hidden')
    },
  )

  it('costs as many questions as one that does not exist, the first time and later', async () => {
    const { ask, sid, hidden, github, clock } = await setUp()
    const questions = async (subject: Parameters<typeof ask>[2]) => {
      const before = github.calls.length
      await ask(sid, 'read', subject)
      return github.calls.length - before
    }
    const [a, b] = hidden
    const [c, d] = [ungoverned('@acme/c'), ungoverned('@acme/d')]
    const rounds: number[][] = []
    for (let round = 0; round < 3; round++) {
      rounds.push([await questions(a), await questions(b), await questions(c), await questions(d)])
      rounds.push([await questions(a), await questions(b), await questions(c), await questions(d)])
      clock.advance(10_000)
    }
    const [asked, known] = [
      [1, 1, 1, 1],
      [0, 0, 0, 0],
    ]
    expect(rounds).toEqual([asked, known, asked, known, asked, known])
  })

  it('costs no question of its own when it is one of many looked through', async () => {
    const { ask, sid, hidden, github } = await setUp()
    for (const subject of [...hidden, ungoverned('@acme/c')]) {
      expect(await ask(sid, 'read', { ...subject, listed: true })).toMatchObject({ outcome: 'hidden' })
    }
    expect(github.calls).toHaveLength(1)
  })

  it('meets the same trouble as one that does not exist', async () => {
    for (const trouble of ['html', 'malformed', 'refuse'] as const) {
      const { ask, sid, hidden, github } = await setUp()
      github.faults.outage = trouble
      expect(await ask(sid, 'read', hidden[0])).toEqual(await ask(sid, 'read', ungoverned('@acme/a')))
    }
  })

  it.each([false, true])(
    'is nothing else to who sends no token (anonymous reads: %s)',
    async (anonymousRead) => {
      const { ask, hidden, github } = await setUp(anonymousRead)
      const seen = await ask(undefined, 'read', hidden[0])
      expect(seen).toEqual(await ask(undefined, 'read', ungoverned('@acme/a')))
      expect(seen.outcome).toBe('denied')
      expect(github.calls).toHaveLength(anonymousRead ? 1 : 0)
    },
  )
})

describe('a public repository', () => {
  async function withPublic(anonymousRead: boolean) {
    const bed = await setUp(anonymousRead)
    const open = bed.github.addRepository('acme/open', { isPrivate: false })
    return { ...bed, open, subject: governed('@acme/open', open) }
  }

  it('may be read without a token, or with a bad one, where the operator allows it', async () => {
    const { ask, subject } = await withPublic(true)
    expect(await ask(undefined, 'read', subject)).toMatchObject({ outcome: 'granted' })
    expect(await ask('ghp_unknown', 'read', subject)).toMatchObject({ outcome: 'granted' })
  })

  it('may not, where they do not', async () => {
    const { ask, subject, github } = await withPublic(false)
    expect(await ask(undefined, 'read', subject)).toMatchObject({ outcome: 'denied' })
    expect(await ask('ghp_unknown', 'read', subject)).toMatchObject({ outcome: 'denied' })
    expect(github.count(/^\/repositories/)).toBe(1)
  })

  it('may not be written to, or starred, without one', async () => {
    const { ask, subject } = await withPublic(true)
    for (const action of actions.filter((one) => one !== 'read')) {
      expect(await ask(undefined, action, subject)).toMatchObject({ outcome: 'denied' })
    }
  })

  it('answers people without a token with what one with a token has just learnt', async () => {
    const { ask, subject, sid, github, open, clock } = await withPublic(true)
    await ask(sid, 'read', subject)
    expect(await ask(undefined, 'read', subject)).toMatchObject({ outcome: 'granted' })
    expect(github.calls).toHaveLength(1)
    open.isPrivate = true
    clock.advance(60_000)
    expect(await ask(undefined, 'read', subject)).toMatchObject({ outcome: 'denied' })
  })
})
