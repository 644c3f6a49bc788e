import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'

/** What to type, once each, when what was shown since the last answer looks like the question. */
export type Answers = readonly (readonly [question: RegExp, answer: string])[]

/**
 * Starts a program in a terminal and types answers into it: clients ask for a name and a password on a terminal only.
 * The terminal is `script`, which every Debian has and nothing needs to be compiled for; its exit code is the program's.
 */
export function spawnInTerminal(
  argv: readonly string[],
  options: { readonly cwd: string; readonly env: Record<string, string> },
  answers: Answers,
): ChildProcessWithoutNullStreams {
  const command = argv.map((argument) => `'${argument.replaceAll("'", `'\\''`)}'`).join(' ')
  const terminal = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
    ...options,
    detached: true,
  })
  const open = new Map(answers)
  let unanswered = ''
  let quiet: NodeJS.Timeout | undefined

  function answer(): void {
    const shown = stripVTControlCharacters(unanswered)
    for (const [question, text] of open) {
      if (!question.test(shown)) continue
      open.delete(question)
      unanswered = ''
      terminal.stdin.write(`${text}\r`)
      return
    }
  }

  terminal.stdout.on('data', (data: Buffer) => {
    unanswered += data.toString('latin1')
    // berry waits to be told where the cursor is before it asks.
    if (unanswered.includes(WHERE_IS_THE_CURSOR)) {
      unanswered = unanswered.replaceAll(WHERE_IS_THE_CURSOR, '')
      terminal.stdin.write('\x1b[1;1R')
    }
    clearTimeout(quiet)
    quiet = setTimeout(answer, QUIET)
  })
  return terminal
}

/**
 * Milliseconds without output after which a program waits for its answer. Some ask first, and then set the terminal up
 * to listen: pnpm 12 throws away what was typed in between.
 */
const QUIET = 250

const WHERE_IS_THE_CURSOR = '\x1b[6n'
