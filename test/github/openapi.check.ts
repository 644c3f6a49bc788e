import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createSteppableClock } from '../../packages/core/src/testing/time-and-ids.ts'
import { startGithub } from './start-github.ts'
import type { GithubToken } from './state.ts'

/** GitHub's description, as far as it is looked at. */
interface Description {
  readonly paths: Record<
    string,
    Record<string, { readonly responses: Record<string, Described | undefined> }>
  >
}
interface Described {
  readonly content?: Record<string, { readonly schema: object } | undefined>
}
interface Validator {
  compile(schema: object): ((data: unknown) => boolean) & { readonly errors?: unknown }
}

const folder = process.env.NMR_GITHUB_OPENAPI ?? ''
const files = ['api.github.com.deref.json', 'ghes-3.19.deref.json']

/** Everybody, and a repository of each sort. */
async function setUp() {
  const clock = createSteppableClock()
  const github = await startGithub({ clock })
  onTestFinished(() => github.close())
  github.addUser('wendy', { name: 'Wendy', email: 'wendy@acme.test' })
  const roles = { wendy: 'write' } as const
  github.addRepository('acme/tools', { id: 7, roles })
  github.addRepository('acme/open', { id: 8, isPrivate: false })
  github.addRepository('acme/attic', { id: 9, roles, isArchived: true })
  github.addRepository('acme/new', { id: 10, roles, formerNames: ['acme/old'] })
  const tokens: Record<string, GithubToken> = {
    classic: github.addToken('classic', { login: 'wendy', scopes: ['repo'] }),
    noScope: github.addToken('classic', { login: 'wendy' }),
    noSso: github.addToken('classic', { login: 'wendy', scopes: ['repo'], ssoMissing: ['acme'] }),
    fineGrained: github.addToken('fine-grained', { login: 'wendy', contents: 'write' }),
    readOnly: github.addToken('fine-grained', { login: 'wendy', contents: 'read' }),
    metadata: github.addToken('fine-grained', { login: 'wendy' }),
    workflow: github.addToken('workflow', { contents: 'write' }),
    installation: github.addToken('installation', { contents: 'write' }),
    revoked: github.addToken('classic', { login: 'wendy', isRevoked: true }),
  }
  return { ...github, tokens }
}

const wrongCommit = { ref: 'refs/nmr/write-probe', sha: '0'.repeat(40) }
const requests: readonly {
  readonly operation: string
  readonly path: string
  readonly by?: string
  readonly status: number
  readonly body?: object
}[] = [
  { operation: 'get /user', path: '/user', by: 'classic', status: 200 },
  { operation: 'get /user', path: '/user', by: 'fineGrained', status: 200 },
  { operation: 'get /user', path: '/user', by: 'revoked', status: 401 },
  { operation: 'get /user', path: '/user', by: 'workflow', status: 403 },
  { operation: 'get /user', path: '/user', status: 401 },
  ...['classic', 'fineGrained', 'workflow', 'installation'].map((by) => ({
    operation: 'get /repos/{owner}/{repo}',
    path: '/repos/acme/tools',
    by,
    status: 200,
  })),
  { operation: 'get /repos/{owner}/{repo}', path: '/repositories/7', by: 'classic', status: 200 },
  { operation: 'get /repos/{owner}/{repo}', path: '/repos/acme/open', status: 200 },
  { operation: 'get /repos/{owner}/{repo}', path: '/repos/acme/old', by: 'classic', status: 301 },
  { operation: 'get /repos/{owner}/{repo}', path: '/repos/acme/tools', by: 'noScope', status: 404 },
  { operation: 'get /repos/{owner}/{repo}', path: '/repos/acme/tools', by: 'noSso', status: 403 },
  { operation: 'get /repos/{owner}/{repo}', path: '/repos/acme/tools', status: 404 },
  {
    operation: 'get /repos/{owner}/{repo}/branches',
    path: '/repositories/7/branches',
    by: 'readOnly',
    status: 200,
  },
  {
    operation: 'get /repos/{owner}/{repo}/branches',
    path: '/repos/acme/nosuch/branches',
    by: 'classic',
    status: 404,
  },
  {
    operation: 'post /repos/{owner}/{repo}/git/refs',
    path: '/repositories/7/git/refs',
    by: 'fineGrained',
    status: 422,
    body: wrongCommit,
  },
  {
    operation: 'post /repos/{owner}/{repo}/git/refs',
    path: '/repos/acme/tools/git/refs',
    by: 'classic',
    status: 201,
    body: { ref: 'refs/heads/x', sha: 'a'.repeat(40) },
  },
]

describe.each(files)("our GitHub's answers are what %s describes", (file) => {
  let description: Description
  let validator: Validator

  beforeAll(async () => {
    const fromFolder = createRequire(join(folder, 'package.json'))
    description = JSON.parse(
      await readFile(join(folder, 'node_modules/@octokit/openapi/generated', file), 'utf8'),
    )
    const { default: Ajv } = fromFolder('ajv') as { default: new (options: object) => Validator }
    validator = new Ajv({ strict: false, validateFormats: false, allErrors: true })
  })

  it.each(requests)('$operation to $by: $status', async ({ operation, path, by, status, body }) => {
    const github = await setUp()
    const [method = '', route = ''] = operation.split(' ')
    const token = by === undefined ? undefined : github.tokens[by]
    const response = await fetch(`${github.apiUrl}${path}`, {
      method: method.toUpperCase(),
      redirect: 'manual',
      headers: token === undefined ? {} : { authorization: `token ${token.value}` },
      ...(body && { body: JSON.stringify(body) }),
    })
    expect(response.status).toBe(status)

    const responses = description.paths[route]?.[method]?.responses ?? {}
    const described = responses[status]
    // Anonymous answers, 401 and 403 are not described for every operation; they are the basic error everywhere.
    const schema =
      described?.content?.['application/json']?.schema ??
      description.paths['/user']?.get?.responses[401]?.content?.['application/json']?.schema
    const isValid = validator.compile(schema ?? {})
    const answer: unknown = await response.json()
    expect(isValid(answer) ? [] : isValid.errors).toEqual([])
    expect(schema).toBeDefined()
  })

  it('names the operations that the authorizer asks', () => {
    const asked = [...new Set(requests.map(({ operation }) => operation.split(' ')[1] ?? ''))]
    expect(asked.filter((route) => description.paths[route] === undefined)).toEqual([])
  })
})
