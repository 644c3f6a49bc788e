import { ConfigError } from './config-error.ts'
import { keys } from './schema.ts'
import type { Setting } from './setting.ts'
import { suggest } from './suggest.ts'

/** The process's environment. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Names the file that `--config` names otherwise. */
export const CONFIG_VARIABLE = 'NMR_CONFIG'

/**
 * What the environment sets: `NMR_SERVER_PORT` or `nmr_server__port`. An empty variable counts as not set.
 *
 * @throws ConfigError for a variable that looks like ours and names no key
 */
export function readEnvironment(environment: Environment): Setting[] {
  const settings = new Map<string, Setting>()
  for (const [name, value] of Object.entries(environment)) {
    if (!/^nmr_/i.test(name) || name === CONFIG_VARIABLE || isServiceLink(name, value)) continue
    const key = keysByVariable.get(name)
    if (key === undefined) {
      throw new ConfigError(`${name} in the environment names no key${suggest(name, keysByVariable.keys())}`)
    }
    if (value === undefined || value === '') continue
    const other = settings.get(key)
    if (other !== undefined) {
      throw new ConfigError(`${key} is set by both ${other.source} and ${name}: one of them is allowed`)
    }
    settings.set(key, { key, value, source: name })
  }
  return [...settings.values()]
}

/** The names of the variables that set a key; the first is the one to recommend. */
export function variablesOf(key: string): readonly [string, ...string[]] {
  const snake = key.replace(/(?<=[a-z])(?=[A-Z])/g, '_')
  const upper = (name: string) => `NMR_${name.replaceAll('.', '_').toUpperCase()}`
  return [upper(snake), upper(key), `nmr_${key.replaceAll('.', '__')}`]
}

const keysByVariable: ReadonlyMap<string, string> = new Map(
  [...keys.keys()].flatMap((key) => variablesOf(key).map((name) => [name, key])),
)

/**
 * Kubernetes and old Docker put variables into a container for every service beside it. One named nmr (or
 * nmr-server) yields NMR_SERVICE_HOST, NMR_PORT_3000_TCP and even NMR_SERVER_PORT=tcp://…, which are not meant for us.
 */
function isServiceLink(name: string, value: string | undefined): boolean {
  return (
    /_SERVICE_(HOST|PORT)|_PORT_\d+_(TCP|UDP|SCTP)/.test(name) || /^(tcp|udp|sctp):\/\//.test(value ?? '')
  )
}
