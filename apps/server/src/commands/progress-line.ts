import type { MigrationProgress } from '@nmr/core'

/** Where a person watches, or a log. */
export interface Screen {
  write(text: string): unknown
  readonly isTTY?: boolean
}

/** Milliseconds between two lines in a log. */
const INTERVAL = 30_000
const WIDTH = 30

/**
 * Shows how far a migration is: on a terminal in one line that changes, elsewhere with a line now and then and one at
 * the end.
 *
 * @param now milliseconds
 */
export function createProgressLine(screen: Screen, now: () => number): (progress: MigrationProgress) => void {
  let shown = now()
  return (progress) => {
    if (screen.isTTY) return void screen.write(`\r${line(progress)}`)
    if (progress.done < progress.total && now() - shown < INTERVAL) return
    shown = now()
    screen.write(`${line(progress)}\n`)
  }
}

function line({ done, total, copied, copiedBytes }: MigrationProgress): string {
  const filled = total === 0 ? WIDTH : Math.floor((done / total) * WIDTH)
  const bar = '#'.repeat(filled).padEnd(WIDTH, '.')
  return `[${bar}] ${done} of ${total}, ${copied} copied (${(copiedBytes / 1024 ** 2).toFixed(1)} MB)`
}
