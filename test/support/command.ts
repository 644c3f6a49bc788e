import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** A command of the built server, in a folder where a server was started before: the command has its configuration. */
export interface RunningCommand {
  readonly outcome: Promise<CommandOutcome>
  /** `kill -9`. */
  kill(): void
}

export interface CommandOutcome {
  /** `null` when it was killed. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const main = fileURLToPath(new URL('../../apps/server/dist/main.js', import.meta.url))

/** The command's program and arguments. */
export function commandLine(folder: string, command: string): readonly string[] {
  return [process.execPath, main, ...command.split(' '), '--config', join(folder, 'config.json')]
}

/** What a command finds in its environment: nothing of the machine's own. */
export function commandEnvironment(folder: string): Record<string, string> {
  return { HOME: folder, PATH: process.env.PATH ?? '' }
}

/**
 * Starts a command, such as `gc`; its output goes to no terminal.
 *
 * @param environment variables beside PATH and HOME
 */
export function startCommand(
  folder: string,
  command: string,
  environment: Readonly<Record<string, string>> = {},
): RunningCommand {
  const [program = '', ...args] = commandLine(folder, command)
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...commandEnvironment(folder), ...environment },
  })
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return {
    outcome: ended.then(([stdout, stderr, [code]]) => ({ code, stdout, stderr })),
    kill: () => void child.kill('SIGKILL'),
  }
}

/** Runs a command to its end. */
export function runCommand(
  folder: string,
  command: string,
  environment?: Readonly<Record<string, string>>,
): Promise<CommandOutcome> {
  return startCommand(folder, command, environment).outcome
}
