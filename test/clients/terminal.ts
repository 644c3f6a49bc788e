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
  let patience: NodeJS.Timeout | undefined

  function questionShown(): RegExp | undefined {
    const shown = stripVTControlCharacters(unanswered)
    return [...open.keys()].find((question) => question.test(shown))
  }

  function answer(): void {
    clearTimeout(quiet)
    clearTimeout(patience)
    patience = undefined
    const question = questionShown()
    if (question === undefined) return
    const text = open.get(question)
    open.delete(question)
    unanswered = ''
    terminal.stdin.write(`${text}\r`)
  }

  terminal.stdout.on('data', (data: Buffer) => {
    unanswered += data.toString('latin1')
    // berry waits to be told where the cursor is before it asks.
    if (unanswered.includes(WHERE_IS_THE_CURSOR)) {
      unanswered = unanswered.replaceAll(WHERE_IS_THE_CURSOR, '')
      terminal.stdin.write('\x1b[1;1R')
    }
    if (questionShown() === undefined) return
    clearTimeout(quiet)
    quiet = setTimeout(answer, QUIET)
    patience ??= setTimeout(answer, PATIENCE)
  })
  return terminal
}

/**
 * Milliseconds without output after which a program waits for its answer. Some ask first, and then set the terminal up
 * to listen: pnpm 12 throws away what was typed in between.
 */
const QUIET = 250

/** Milliseconds after a question in which it is answered all the same: npm 10 goes on drawing while it waits. */
const PATIENCE = 1000

const WHERE_IS_THE_CURSOR = '\x1b[6n'
