import type { Github } from './start-github.ts'
import type { GithubToken } from './state.ts'

/** A token of the seeded organisation, and what it is good for. */
export interface SeededToken {
  readonly token: GithubToken
  readonly may: string
}

/**
 * Fills a GitHub with an organisation to try things with: acme has a private repository `tools`, a public one `open`
 * and an archived one `attic`; wendy writes, rita reads, adam administers, sid is a stranger. Tokens are called after
 * their holders, so that they can be typed.
 */
export function seed(github: Github): readonly SeededToken[] {
  for (const login of ['adam', 'wendy', 'rita', 'sid']) {
    const name = `${login[0]?.toUpperCase()}${login.slice(1)}`
    github.addUser(login, { name, email: `${login}@acme.test` })
  }
  const roles = { adam: 'admin', wendy: 'write', rita: 'read' } as const
  const tools = github.addRepository('acme/tools', { roles: { ...roles } })
  github.addRepository('acme/open', { roles: { ...roles }, isPrivate: false })
  github.addRepository('acme/attic', { roles: { ...roles }, isArchived: true })

  const classic = (login: string, scopes = ['repo'], value = `ghp_${login}`) =>
    github.addToken('classic', { login, scopes, value })
  const repositories = [tools.id]
  return [
    { token: classic('adam'), may: 'publish, and unpublish whole packages' },
    { token: classic('wendy'), may: 'publish' },
    { token: classic('rita'), may: 'install' },
    { token: classic('sid'), may: 'see only what acme/open governs' },
    { token: classic('wendy', ['public_repo'], 'ghp_wendy_public'), may: 'publish from acme/open only' },
    {
      token: github.addToken('fine-grained', {
        login: 'wendy',
        contents: 'read',
        value: 'github_pat_wendy_read',
      }),
      may: 'install, although wendy may publish',
    },
    {
      token: github.addToken('workflow', { repositories, contents: 'write', value: 'ghs_tools_workflow' }),
      may: "publish what acme/tools governs, as Actions' GITHUB_TOKEN there",
    },
    {
      token: github.addToken('classic', {
        login: 'wendy',
        scopes: ['repo'],
        isRevoked: true,
        value: 'ghp_revoked',
      }),
      may: 'nothing: it was revoked',
    },
    {
      token: github.addToken('classic', {
        login: 'wendy',
        scopes: ['repo'],
        expires: new Date('2020-01-01'),
        value: 'ghp_expired',
      }),
      may: 'nothing: it has expired',
    },
  ]
}
