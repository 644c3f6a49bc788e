import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Client } from './clients.ts'
import type { Step } from './run.ts'

export type Verdict = 'works' | 'absent' | 'fails'

/** The table of clients and steps that a run fills in. */
export interface Compatibility {
  record(client: Client, step: Step, verdict: Verdict): void
  /** Writes it to `docs/compatibility.md`. */
  write(): Promise<void>
}

const file = fileURLToPath(new URL('../../docs/compatibility.md', import.meta.url))

export function createCompatibility(clients: readonly Client[], steps: readonly Step[]): Compatibility {
  const verdicts = new Map<string, Verdict>()
  const cell = (client: Client, step: Step) => `${client.id} ${step.title}`
  return {
    record: (client, step, verdict) => void verdicts.set(cell(client, step), verdict),
    write: () =>
      writeFile(
        file,
        page(clients, steps, (client, step) => signs[verdicts.get(cell(client, step)) ?? 'fails']),
      ),
  }
}

const signs: Readonly<Record<Verdict, string>> = { works: '✓', absent: '–', fails: '✗' }

function page(
  clients: readonly Client[],
  steps: readonly Step[],
  sign: (client: Client, step: Step) => string,
): string {
  return `# Compatibility

What each client did against a real server when \`npm run test:clients -- --all\` last ran; the run writes this page.
✓ it works, – the client has no such command, ✗ it failed.

${row(['client', 'release', ...steps.map(({ title }) => title)])}
${row(['---', '---', ...steps.map(() => ':-:')])}
${clients.map((client) => row([client.id, client.version, ...steps.map((step) => sign(client, step))])).join('\n')}

Pairs of client and Node, and what exactly is looked at in each column, stand in \`test/clients\`.
`
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
