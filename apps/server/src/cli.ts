import { ConfigError } from './config/config-error.ts'
import { variablesOf } from './config/environment.ts'
import { bytes } from './config/formats.ts'
import { type Key, keys } from './config/schema.ts'
import type { Setting } from './config/setting.ts'
import { suggest } from './config/suggest.ts'

/** The sub-commands with what each does. */
const commands = {
  serve: 'Runs the registry. This is what happens without a command.',
  config: 'Prints the configuration in force and where each value comes from.',
} as const

export type Command = keyof typeof commands

/** What was asked for on the command line. */
export interface CommandLine {
  readonly command: Command
  readonly help: boolean
  readonly version: boolean
  /** The file named by `--config`. */
  readonly configFile?: string
  /** The keys that were set, not checked yet. */
  readonly settings: readonly Setting[]
}

/**
 * Reads arguments: `[command] [--config FILE] [--key value | --key=value …]`.
 *
 * @param argv without the program's name
 * @throws ConfigError for a command or an option that does not exist, or an option without its value
 */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const found: {
    command?: Command
    help: boolean
    version: boolean
    configFile?: string
    settings: Setting[]
  } = {
    help: false,
    version: false,
    settings: [],
  }
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? ''
    if (argument === '--help' || argument === '-h') found.help = true
    else if (argument === '--version' || argument === '-v') found.version = true
    else if (argument.startsWith('-')) {
      const option = readOption(argument, argv[index + 1])
      if (option.takesNext) index++
      if (option.name === 'config') found.configFile = option.value
      else found.settings.push({ key: option.name, value: option.value, source: `--${option.name}` })
    } else if (found.command === undefined && isCommand(argument)) found.command = argument
    else throw unexpected(argument, found.command)
  }
  return { command: 'serve', ...found }
}

interface Option {
  readonly name: string
  readonly value: string
  /** Whether the value is the next argument. */
  readonly takesNext: boolean
}

function readOption(argument: string, next: string | undefined): Option {
  const [, name = argument, value] = /^--([^=]+)(?:=(.*))?$/s.exec(argument) ?? []
  if (name !== 'config' && !keys.has(name)) {
    const known = ['config', 'help', 'version', ...keys.keys()]
    throw new ConfigError(
      `--${name.replace(/^-+/, '')} is no option${suggest(name, known)}: --help lists them`,
    )
  }
  if (value !== undefined) return { name, value, takesNext: false }
  const mayBeBare = keys.get(name)?.kind.bare === true
  if (mayBeBare && (next === undefined || next.startsWith('-') || isCommand(next))) {
    return { name, value: 'true', takesNext: false }
  }
  if (next === undefined || next.startsWith('--')) {
    const allowed = name === 'config' ? 'the path of a JSON or YAML file' : keys.get(name)?.kind.allowed
    throw new ConfigError(`--${name} needs a value: ${allowed}`)
  }
  return { name, value: next, takesNext: true }
}

function isCommand(text: string): text is Command {
  return Object.hasOwn(commands, text)
}

function unexpected(argument: string, command: Command | undefined): ConfigError {
  const known = Object.keys(commands)
  if (command !== undefined)
    return new ConfigError(`${command} takes options only, not ${JSON.stringify(argument)}`)
  return new ConfigError(
    `${JSON.stringify(argument)} is no command${suggest(argument, known)}: ${known.join(' and ')} are`,
  )
}

/** What `--help` prints: the commands, the options, and every key with its meaning, values, default and variable. */
export function helpText(): string {
  return `Usage: nmr [command] [--key value …]

Commands:
${table(Object.entries(commands))}
Options:
${table([
  ['--config FILE', 'Reads this JSON or YAML file too, after the usual ones. Or NMR_CONFIG.'],
  ['--help, -h', 'Prints this.'],
  ['--version, -v', 'Prints the version.'],
])}
Keys, in rising order of precedence from /etc/nmrrc, ~/.nmrrc, ./.nmrrc, ./nmr.config.json (JSON or YAML), the
file named by --config, the environment, and arguments:

${[...keys].map(([name, key]) => entry(name, key)).join('\n')}`
}

function table(rows: readonly (readonly [string, string])[]): string {
  return rows.map(([name, doc]) => `  ${name.padEnd(16)}${doc}\n`).join('')
}

function entry(name: string, { doc, kind, default: value }: Key<unknown>): string {
  return `  --${name}  (${variablesOf(name)[0]})
      ${doc}
      ${kind.allowed}; default: ${kind === bytes ? `${Number(value) / 1024 ** 2}mb` : shown(value)}
`
}

function shown(value: unknown): string {
  if (value === undefined) return 'not set'
  return String(value) === '' ? 'empty' : String(value)
}
