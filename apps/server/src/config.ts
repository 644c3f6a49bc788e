import { resolve } from 'node:path'
import convict from 'convict'
import { parseCommandLine } from './cli.ts'
import { checkCombinations } from './config/combinations.ts'
import { ConfigError } from './config/config-error.ts'
import { CONFIG_VARIABLE, type Environment, readEnvironment } from './config/environment.ts'
import { type NamedFile, type Places, readFiles } from './config/files.ts'
import { path } from './config/formats.ts'
import { type Config, keys, schema } from './config/schema.ts'

export { ConfigError } from './config/config-error.ts'
export type { Config } from './config/schema.ts'

/** Everything that configuration is read from. */
export interface ConfigInputs extends Places {
  /** The arguments, without the program's name. */
  readonly argv: readonly string[]
  readonly env: Environment
}

/**
 * Reads the configuration: defaults, files, environment and arguments, the later ones winning.
 *
 * @throws ConfigError for the first thing that is wrong
 */
export function loadConfig(inputs: ConfigInputs): Config {
  return load(inputs).config
}

/**
 * The configuration in force as text that is itself a configuration file, each key with who set it. Secrets are
 * masked, in comments.
 *
 * @throws ConfigError for the first thing that is wrong
 */
export function describeConfig(inputs: ConfigInputs): string {
  const { read, sourceOf } = load(inputs)
  return [...keys]
    .map(([key, { sensitive }]) => {
      const value = read(key)
      if (value === undefined) return `# ${key} is not set\n`
      if (sensitive) return `# ${key}: ******** # ${sourceOf(key)}\n`
      return `${key}: ${JSON.stringify(value)} # ${sourceOf(key)}\n`
    })
    .join('')
}

interface Loaded {
  readonly config: Config
  readonly read: (key: string) => unknown
  readonly sourceOf: (key: string) => string
}

function load(inputs: ConfigInputs): Loaded {
  const { configFile, settings } = parseCommandLine(inputs.argv)
  const files = readFiles(inputs, namedFile(configFile, inputs.env))
  const values = emptyConfig()
  const sources = new Map<string, string>()
  const sourceOf = (key: string) => sources.get(key) ?? 'default'

  for (const { key, value, source } of [...files, ...readEnvironment(inputs.env), ...settings]) {
    values.set(key, value === null ? keys.get(key)?.default : value)
    sources.set(key, source)
    check(values, source)
  }
  for (const [key, { kind }] of keys) {
    if (kind === path) values.set(key, resolve(inputs.cwd, String(values.get(key as never))))
  }
  const config = deepFreeze(values.getProperties())
  checkCombinations(config, sourceOf)
  return { config, read: (key) => values.get(key as never), sourceOf }
}

function namedFile(argument: string | undefined, env: Environment): NamedFile | undefined {
  if (argument !== undefined) return { path: argument, source: '--config' }
  const variable = env[CONFIG_VARIABLE]
  return variable === undefined || variable === '' ? undefined : { path: variable, source: CONFIG_VARIABLE }
}

/** Convict's own sources stay empty: it would not tell which of them holds a wrong value. */
function emptyConfig(): convict.Config<Config> {
  for (const { format, kind } of keys.values()) {
    convict.addFormat({
      name: format,
      coerce: kind.read,
      validate(value) {
        if (!kind.accepts(value)) throw new Error(`must be ${kind.allowed}`)
      },
    })
  }
  return convict<Config>(schema, { env: {}, args: [] })
}

/** Checked after each value, so that the one who set a wrong one can be named. */
function check(values: convict.Config<Config>, source: string): void {
  try {
    values.validate({ allowed: 'strict' })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new ConfigError(`${source}: ${message.replace(/\/\/[^/\s"]*@/g, '//********@')}`)
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member)
    Object.freeze(value)
  }
  return value
}
