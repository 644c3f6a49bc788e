#!/usr/bin/env node
import { homedir } from 'node:os'
import { helpText, parseCommandLine } from './cli.ts'
import { ConfigError, describeConfig, loadConfig } from './config.ts'
import { boundHeap } from './heap.ts'
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

/** Each command is loaded when it is the one that was asked for, and with the heap that it is going to have. */
async function run(): Promise<void> {
  boundHeap()
  const { command, operands, options, help, version: wantsVersion } = parseCommandLine(inputs.argv)
  if (help) return print(helpText())
  if (wantsVersion) return print(`${version}\n`)
  switch (command) {
    case 'config':
      return print(describeConfig(inputs))
    case 'gc':
      return (await import('./commands/gc.ts')).collect(loadConfig(inputs), print)
    case 'explain':
      return (await import('./commands/explain.ts')).explain(
        loadConfig(inputs),
        operands[0] ?? '',
        options,
        inputs.env,
        print,
      )
    case 'migrate':
      return (await import('./commands/migrate.ts')).migrate(loadConfig(inputs), options, process.stderr)
    case 'serve':
      return (await import('./commands/serve.ts')).serve(loadConfig(inputs), {
        print,
        warn: (text) => process.stderr.write(text),
        onStop,
      })
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
