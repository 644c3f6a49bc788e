import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** A program that runs until it is stopped, and writes what it has to say into a file. */
export interface Daemon {
  /** @throws Error with the end of its log when the program does not run any more */
  assertRunning(): Promise<void>
  /** Ends this one process and waits until it is gone. */
  stop(): Promise<void>
}

export function startDaemon(program: string, args: readonly string[], log: string): Daemon {
  const file = openSync(log, 'w')
  const child = spawn(program, args, { stdio: ['ignore', file, file] })
  closeSync(file)
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  return {
    async assertRunning() {
      if (isRunning(child)) return
      const said = await readFile(log, 'utf8')
      throw new Error(
        `${basename(program)} ended with ${child.exitCode ?? child.signalCode}: ${said.slice(-2_000)}`,
      )
    },
    async stop() {
      if (!isRunning(child)) return
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await gone
      clearTimeout(late)
    },
  }
}

/** Asks again and again, as long as all daemons run, for a minute. */
export async function until(
  what: string,
  daemons: readonly Daemon[],
  condition: () => Promise<boolean>,
): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await pause(100)) {
    if (await condition()) return
    for (const daemon of daemons) await daemon.assertRunning()
  }
  throw new Error(`in a minute it did not come about that ${what}`)
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null
}
