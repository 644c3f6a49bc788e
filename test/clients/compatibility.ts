import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Client } from './clients.ts'
import type { Step } from './run.ts'

/** How a step ended for a client; a failure says what was wrong. */
export type Verdict = 'works' | 'absent' | { readonly problem: string }

/** The table of clients and steps that a run fills in. */
export interface Compatibility {
  record(client: Client, step: Step, verdict: Verdict): void
  /** Writes it to `docs/compatibility.md`. */
  write(): Promise<void>
}

const file = fileURLToPath(new URL('../../docs/compatibility.md', import.meta.url))

export function createCompatibility(clients: readonly Client[], steps: readonly Step[]): Compatibility {
  const verdicts = new Map<string, Verdict>()
  const key = (client: Client, step: Step) => `${client.id}, ${step.title}`
  const verdictOf = (client: Client, step: Step) =>
    verdicts.get(key(client, step)) ?? { problem: 'it was not reached' }
  return {
    record: (client, step, verdict) => void verdicts.set(key(client, step), verdict),
    async write() {
      const rows = clients.map((client) => {
        const signs = steps.map((step) => sign(verdictOf(client, step)))
        return row([client.id, client.version, client.node ?? '–', ...signs])
      })
      const notes = clients.flatMap((client) =>
        steps.flatMap((step) => note(key(client, step), verdictOf(client, step))),
      )
      await writeFile(file, page(steps, rows, notes))
    },
  }
}

function page(steps: readonly Step[], rows: readonly string[], notes: readonly string[]): string {
  return `# Compatibility

What each client did against a real server when \`npm run test:clients -- --all\` last ran; the run writes this page.
✓ it works, – the client has no such command, ✗ it failed. What exactly each column looks at stands in
\`test/clients/scenario.ts\`.

${row(['client', 'release', 'Node', ...steps.map(({ title }) => title)])}
${row(['---', '---', '---', ...steps.map(() => ':-:')])}
${rows.join('\n')}
${notes.map((text) => `\n- ✗ ${text}`).join('')}`
}

function sign(verdict: Verdict): string {
  if (verdict === 'works') return '✓'
  return verdict === 'absent' ? '–' : '✗'
}

function note(where: string, verdict: Verdict): readonly string[] {
  return typeof verdict === 'string' ? [] : [`${where}: ${verdict.problem.split('\n', 1)[0]}`]
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
