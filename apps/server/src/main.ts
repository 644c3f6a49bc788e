#!/usr/bin/env node
import { homedir } from 'node:os'
import { helpText, parseCommandLine } from './cli.ts'
import { explain } from './commands/explain.ts'
import { collect } from './commands/gc.ts'
import { migrate } from './commands/migrate.ts'
import { serve } from './commands/serve.ts'
import { ConfigError, describeConfig, loadConfig } from './config.ts'
import { version } from './version.ts'

const inputs = {
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  home: homedir(),
  etc: '/etc',
}

try {
  await run()
} catch (error) {
  process.stderr.write(`nmr: ${reason(error)}\n`)
  process.exitCode = 1
}

async function run(): Promise<void> {
  const { command, operands, options, help, version: wantsVersion } = parseCommandLine(inputs.argv)
  if (help) return print(helpText())
  if (wantsVersion) return print(`${version}\n`)
  switch (command) {
    case 'config':
      return print(describeConfig(inputs))
    case 'gc':
      return collect(loadConfig(inputs), print)
    case 'explain':
      return explain(loadConfig(inputs), operands[0] ?? '', options, inputs.env, print)
    case 'migrate':
      return migrate(loadConfig(inputs), options, process.stderr)
    case 'serve':
      return serve(loadConfig(inputs), { print, warn: (text) => process.stderr.write(text), onStop })
  }
}

function print(text: string): void {
  process.stdout.write(text)
}

/** The first signal asks for an orderly end, the second one ends. */
function onStop(stop: () => void): void {
  let asked = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(1)
      asked = true
      stop()
    })
  }
}

/** One line for what an operator can mend; the whole of it for what only we can. */
function reason(error: unknown): string {
  if (error instanceof ConfigError) return error.message
  if (!(error instanceof Error)) return String(error)
  const { code, message, stack } = error as NodeJS.ErrnoException
  return code === undefined ? (stack ?? message) : message
}
