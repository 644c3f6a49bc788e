import { resolve } from 'node:path'
import convict from 'convict'
import { stringify } from 'yaml'
import { parseCommandLine } from './cli.ts'
import { checkCombinations } from './config/combinations.ts'
import { ConfigError } from './config/config-error.ts'
import { CONFIG_VARIABLE, type Environment, readEnvironment } from './config/environment.ts'
import { type NamedFile, type Places, readFiles } from './config/files.ts'
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
 * The configuration in force as text that is itself a configuration file, each key with who set it. Secrets are masked.
 *
 * @throws ConfigError for the first thing that is wrong
 */
export function describeConfig(inputs: ConfigInputs): string {
  const { values, sourceOf } = load(inputs)
  return [...keys]
    .map(([key, { sensitive }]) => {
      const value = values.get(key)
      if (value === undefined) return `# ${key}: not set\n`
      const shown = sensitive ? '********' : value
      return `${stringify({ [key]: shown }, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 })
        .replace(/^\{?(.*?)\}?\n$/s, '$1')} # ${sourceOf(key)}\n`
    })
    .join('')
}

interface Loaded {
  readonly config: Config
  readonly values: ReadonlyMap<string, unknown>
  readonly sourceOf: (key: string) => string
}

function load(inputs: ConfigInputs): Loaded {
  const { configFile, settings } = parseCommandLine(inputs.argv)
  const all = [...readFiles(inputs, namedFile(configFile, inputs.env)), ...readEnvironment(inputs.env), ...settings]
}
