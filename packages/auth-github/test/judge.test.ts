import { describe, expect, it } from 'vitest'
import type { Answer, RepositoryFacts } from '../src/answer.ts'
import { type Evidence, judge, type Need, type Verdict } from '../src/judge.ts'

const facts: RepositoryFacts = {
  id: 7,
  owner: 'acme',
  name: 'tools',
  isPrivate: true,
  isArchived: false,
  permissions: { admin: true, push: true, pull: true },
}
const answer = (status: number, more: Partial<Answer> = {}): Answer => ({ asked: 0, status, ...more })
const repository = (more: Partial<RepositoryFacts> = {}, rest: Partial<Answer> = {}) =>
  answer(200, { repository: { ...facts, ...more }, ...rest })
const judged = (
  need: Need,
  evidence: Evidence,
  holder: 'nobody' | 'person' | 'installation' = 'person',
): Verdict | keyof Evidence => judge(need, { holder, writeProbe: true }, evidence)
const proven = { contents_read: answer(200), contents_write: answer(422) }

describe('a judgement', () => {
  it('asks for one thing after the other, and only for what it needs', () => {
    expect(judged('write', {})).toBe('repository')
    expect(judged('write', { repository: repository() })).toBe('contents_read')
    expect(judged('write', { repository: repository(), contents_read: answer(200) })).toBe('contents_write')
    expect(judged('write', { repository: repository(), ...proven })).toMatchObject({ outcome: 'granted' })
    expect(judged('read', { repository: repository(), contents_read: answer(200) })).toMatchObject({
      outcome: 'granted',
    })
    const classic = repository({}, { scopes: ['repo'] })
    expect(judged('admin', { repository: classic })).toMatchObject({ outcome: 'granted' })
    const reader = repository({ permissions: { admin: false, push: false, pull: true } })
    expect(judged('write', { repository: reader, contents_read: answer(200) })).toMatchObject({
      rule: 'no_push',
    })
  })

  it.each([200, 201, 204, 301, 304, 307, 400, 403, 404, 409, 410, 418, 451])(
    'takes no %s for the permission to write',
    (status) => {
      const evidence = {
        repository: repository(),
        contents_read: answer(200),
        contents_write: answer(status),
      }
      for (const holder of ['person', 'installation'] as const) {
        expect(judged('write', evidence, holder)).toMatchObject({
          outcome: 'denied',
          rule: 'no_contents_write',
        })
      }
    },
  )

  it.each([201, 204, 301, 304, 307, 400, 403, 404, 409, 410, 422, 451])(
    'takes no %s for the permission to read',
    (status) => {
      for (const holder of ['person', 'installation'] as const) {
        const evidence = { repository: repository(), contents_read: answer(status) }
        expect(judged('read', evidence, holder)).toMatchObject({
          outcome: 'hidden',
          rule: 'no_contents_read',
        })
        expect(judged('read', { repository: answer(status) }, holder)).toMatchObject({ rule: 'not_visible' })
      }
    },
  )

  it.each(['repository', 'contents_read', 'contents_write'] as const)(
    'refuses a token at a 401 to %s',
    (which) => {
      const evidence = { repository: repository(), ...proven, [which]: answer(401) }
      expect(judged('write', evidence)).toMatchObject({ outcome: 'refused' })
    },
  )

  it.each([
    [[], true],
    [['public_repo'], true],
    [['repo:status', 'repo_deployment', 'admin:org', 'write:packages'], true],
    [[], false],
    [['repo:status'], false],
  ])('writes with none of the scopes %j where private is %s', (scopes, isPrivate) => {
    const evidence = { repository: repository({ isPrivate }, { scopes }), ...proven }
    expect(judged('write', evidence)).toMatchObject({ outcome: 'denied', rule: 'no_scope' })
  })

  it('lets an installation prove itself although it claims scopes and has no role', () => {
    const { permissions: _, ...roleless } = facts
    const bare = answer(200, { repository: roleless, scopes: ['repo'] })
    expect(judged('read', { repository: bare }, 'installation')).toBe('contents_read')
    expect(judged('write', { repository: bare, ...proven }, 'installation')).toMatchObject({
      outcome: 'granted',
    })
    expect(judged('admin', { repository: bare, ...proven }, 'installation')).toMatchObject({
      rule: 'no_admin',
    })
    expect(judged('read', { repository: bare, ...proven }, 'person')).toMatchObject({ rule: 'no_pull' })
  })

  it('gives nobody more than what is public', () => {
    expect(judged('read', { repository: repository({ isPrivate: false }) }, 'nobody')).toMatchObject({
      rule: 'public',
    })
    expect(judged('read', { repository: repository() }, 'nobody')).toMatchObject({ outcome: 'hidden' })
    expect(judged('write', { repository: repository({ isPrivate: false }) }, 'nobody')).toMatchObject({
      outcome: 'hidden',
    })
  })
})
