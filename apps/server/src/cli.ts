import { ConfigError } from './config/config-error.ts'
import { variablesOf } from './config/environment.ts'
import { bytes } from './config/formats.ts'
import { type Key, keys } from './config/schema.ts'
import type { Setting } from './config/setting.ts'
import { suggest } from './config/suggest.ts'

interface CommandSpec {
  /** How it is written, for `--help`. */
  readonly usage: string
  readonly does: string
  /** What follows the command, in words; all of it is needed. */
  readonly operands?: readonly string[]
  /** What it takes beside the keys; all of it is needed. */
  readonly options?: readonly string[]
  /** What it may take. */
  readonly optional?: readonly string[]
}

/** The sub-commands. */
const commands = {
  serve: { usage: 'serve', does: 'Runs the registry. This is what happens without a command.' },
  config: { usage: 'config', does: 'Prints the configuration in force and where each value comes from.' },
  gc: { usage: 'gc', does: 'Removes tarballs that no version names and that are older than a day.' },
  migrate: {
    usage: 'migrate tarballs --from TYPE --to TYPE',
    does: 'Copies tarballs from one store to another; goes on where it was when it is run again.',
    operands: ['tarballs'],
    options: ['from', 'to'],
  },
  explain: {
    usage: 'explain PACKAGE --token-env VARIABLE [--action ACTION]',
    does: 'Asks the registry that runs here why a token may, or may not, do something to a package.',
    operands: ['PACKAGE'],
    options: ['token-env'],
    optional: ['action'],
  },
} as const satisfies Readonly<Record<string, CommandSpec>>

export type Command = keyof typeof commands

/** What was asked for on the command line. */
export interface CommandLine {
  readonly command: Command
  readonly help: boolean
  readonly version: boolean
  /** The file named by `--config`. */
  readonly configFile?: string
  /** What follows the command. */
  readonly operands: readonly string[]
  /** What the command takes beside the keys; not checked yet. */
  readonly options: Readonly<Record<string, string>>
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
    operands: string[]
    options: Record<string, string>
    settings: Setting[]
  } = { help: false, version: false, operands: [], options: {}, settings: [] }
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? ''
    if (argument === '--help' || argument === '-h') found.help = true
    else if (argument === '--version' || argument === '-v') found.version = true
    else if (argument.startsWith('-')) {
      const option = readOption(argument, argv[index + 1])
      if (option.takesNext) index++
      if (option.name === 'config') found.configFile = option.value
      else if (commandOptions.has(option.name)) found.options[option.name] = option.value
      else if (isList(option.name) && found.settings.some(({ key }) => key === option.name))
        throw new ConfigError(`--${option.name} is a list: name it once, with commas between its values`)
      else found.settings.push({ key: option.name, value: option.value, source: `--${option.name}` })
    } else if (found.command !== undefined) found.operands.push(argument)
    else if (isCommand(argument)) found.command = argument
    else throw noCommand(argument)
  }
  const line = { command: 'serve', ...found } as const
  if (!line.help) checkCommand(line)
  return line
}

/** What some command takes beside the keys. */
const commandOptions: ReadonlySet<string> = new Set(
  Object.values<CommandSpec>(commands).flatMap(({ options = [], optional = [] }) => [
    ...options,
    ...optional,
  ]),
)

function checkCommand({ command, operands, options }: CommandLine): void {
  const spec: CommandSpec = commands[command]
  const { usage, operands: wanted = [], options: needed = [], optional = [] } = spec
  const extra =
    operands[wanted.length] ?? Object.keys(options).find((name) => ![...needed, ...optional].includes(name))
  const missing = wanted[operands.length] ?? needed.find((name) => !Object.hasOwn(options, name))
  if (extra !== undefined) throw new ConfigError(`${command} takes no ${JSON.stringify(extra)}: nmr ${usage}`)
  if (missing !== undefined) throw new ConfigError(`${command} needs ${missing}: nmr ${usage}`)
}

interface Option {
  readonly name: string
  readonly value: string
  /** Whether the value is the next argument. */
  readonly takesNext: boolean
}

function readOption(argument: string, next: string | undefined): Option {
  const [, name = argument, value] = /^--([^=]+)(?:=(.*))?$/s.exec(argument) ?? []
  if (name !== 'config' && !keys.has(name) && !commandOptions.has(name)) {
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
    const allowed =
      keys.get(name)?.kind.allowed ?? (name === 'config' ? 'the path of a JSON or YAML file' : 'a word')
    throw new ConfigError(`--${name} needs a value: ${allowed}`)
  }
  return { name, value: next, takesNext: true }
}

/** Whether text is read as many values: of those, a later argument would silently take the place of an earlier one. */
function isList(name: string): boolean {
  return Array.isArray(keys.get(name)?.kind.read(''))
}

function isCommand(text: string): text is Command {
  return Object.hasOwn(commands, text)
}

function noCommand(argument: string): ConfigError {
  const known = Object.keys(commands)
  return new ConfigError(
    `${JSON.stringify(argument)} is no command${suggest(argument, known)}: ${known.join(', ')} are`,
  )
}

/** What `--help` prints: the commands, the options, and every key with its meaning, values, default and variable. */
export function helpText(): string {
  return `Usage: nmr [command] [--key value …]

Commands:
${table(Object.values(commands).map(({ usage, does }) => [usage, does]))}
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
  return rows
    .map(([name, doc]) => `  ${name.padEnd(16)}${name.length < 16 ? '' : `\n${' '.repeat(18)}`}${doc}\n`)
    .join('')
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
