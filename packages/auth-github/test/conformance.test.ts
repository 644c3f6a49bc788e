import { type Action, actions } from '@nmr/core'
import { authorizerSuite } from '@nmr/core/testing'
import { describe, it } from 'vitest'
import { startGithub } from '../../../test/github/start-github.ts'
import type { GithubToken } from '../../../test/github/state.ts'
import { openGithubAuthorizer } from '../src/index.ts'
import { governed } from './support.ts'

const reading: readonly Action[] = ['read', 'star']
const writing: readonly Action[] = actions.filter((action) => action !== 'unpublish_package')

authorizerSuite({ describe, it }, 'GitHub', async () => {
  const github = await startGithub()
  for (const login of ['adam', 'wendy', 'rita', 'sid']) github.addUser(login)
  const roles = { adam: 'admin', wendy: 'write', rita: 'read' } as const
  const tools = github.addRepository('acme/tools', { roles })
  const open = github.addRepository('acme/open', { roles, isPrivate: false })
  const old = github.addRepository('acme/old', { roles, isArchived: true })
  const classic = (login: string, more: Partial<GithubToken> = {}) =>
    github.addToken('classic', { login, scopes: ['repo'], ...more })
  const bearer = ({ value }: GithubToken) => ({ kind: 'bearer', token: value }) as const
  const subject = governed('@acme/tools', tools)
  const person = (login: string, token = classic(login)) => ({
    credential: bearer(token),
    name: login,
    subject,
  })
  const workflow = github.addToken('workflow', { repositories: [tools.id], contents: 'write' })
  const readOnly = github.addToken('fine-grained', { login: 'adam', contents: 'read' })
  const password = { kind: 'basic', username: 'wendy', password: classic('wendy').value } as const

  return {
    open: () => openGithubAuthorizer({ apiUrl: github.apiUrl, anonymousRead: true }),
    openCutOff: () => openGithubAuthorizer({ apiUrl: 'http://127.0.0.1:9', anonymousRead: true }),
    people: [
      { who: 'an admin', ...person('adam'), may: actions, otherwise: 'denied' },
      { who: 'a writer', ...person('wendy'), may: writing, otherwise: 'denied' },
      {
        who: 'a writer with a password',
        ...person('wendy'),
        credential: password,
        may: writing,
        otherwise: 'denied',
      },
      { who: 'a reader', ...person('rita'), may: reading, otherwise: 'denied' },
      { who: 'a stranger', ...person('sid'), may: [], otherwise: 'hidden' },
      {
        who: 'an admin with a read-only token',
        ...person('adam', readOnly),
        may: reading,
        otherwise: 'denied',
      },
      {
        who: 'a workflow',
        credential: bearer(workflow),
        name: 'github-actions[bot]',
        subject,
        may: writing,
        otherwise: 'denied',
      },
      {
        who: 'an admin of an archived repository',
        ...person('adam'),
        subject: governed('@acme/old', old),
        may: reading,
        otherwise: 'denied',
      },
      {
        who: 'somebody with a revoked token',
        credential: bearer(classic('adam', { isRevoked: true })),
        subject,
        may: [],
        otherwise: 'denied',
      },
      { who: 'nobody', subject, may: [], otherwise: 'denied' },
      {
        who: 'nobody before a public repository',
        subject: governed('@acme/open', open),
        may: ['read'],
        otherwise: 'denied',
      },
      {
        who: 'a stranger before a public repository',
        ...person('sid'),
        subject: governed('@acme/open', open),
        may: reading,
        otherwise: 'denied',
      },
    ],
    dispose: () => github.close(),
  }
})
