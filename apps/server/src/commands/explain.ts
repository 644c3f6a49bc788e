import { actions, type Explanation, parsePackageName } from '@nmr/core'
import { type Config, ConfigError } from '../config.ts'
import { addressOf } from '../welcome.ts'

/** Asks the registry that runs with this configuration why somebody's token may, or may not, do something. */
export async function explain(
  config: Config,
  packageName: string,
  { 'token-env': variable = '', action = 'read' }: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>>,
  print: (text: string) => void,
): Promise<void> {
  const name = parsePackageName(packageName)
  const token = env[variable]
  if (!token) throw new ConfigError(`--token-env names ${variable}, which is not set: put the token into it`)
  if (!actions.some((known) => known === action))
    throw new ConfigError(`--action is one of ${actions.join(', ')}, not ${action}`)
  const url = `${addressOf(config, config.server.port)}-/package/${name.replace('/', '%2f')}/permission?action=${encodeURIComponent(action)}`
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } }).catch(() => {
    throw new ConfigError(`no registry answers at ${url}: start it, or set server.public_url`)
  })
  const body = (await answer.json().catch(() => undefined)) as Explanation | { error: string } | undefined
  // Whatever else is at that address may send any JSON.
  if (typeof body !== 'object' || body === null || !('error' in body || 'decision' in body)) {
    throw new ConfigError(`no registry answers at ${url}, but something else: set server.public_url`)
  }
  if ('error' in body) throw new ConfigError(`the registry answered ${answer.status}: ${body.error}`)
  print(written(body, `${action} ${name}`))
}

function written({ decision, rule, ruleText, repository, answers }: Explanation, what: string): string {
  const governs = repository
    ? `${repository.host}/${repository.owner}/${repository.name} (id ${repository.id})`
    : 'nothing'
  const lines = answers.map(({ question, status, age, cached, ...more }) => {
    const facts = Object.entries(more).map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    return `  ${question}: ${status}, ${age} s old${cached ? ', kept' : ''}${facts.map((fact) => `; ${fact}`).join('')}`
  })
  return `${what}: ${decision.outcome}
${decision.reason}
rule: ${rule} (${ruleText})
governed by: ${governs}
${lines.length > 0 ? `asked:\n${lines.join('\n')}\n` : ''}`
}
