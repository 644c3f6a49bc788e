/** Names of the metrics beside a case's own. */
const metricNames = {
  cpu: 'processor time',
  longestTurn: 'longest turn of the event loop, ms',
  memory: 'memory, MB',
  packages: 'packages',
}
const serverOrder = ['nmr', 'node:http', 'nginx', 'Verdaccio']

/** What a run found as tables, in Markdown that is readable as it is. */
export function tables(results) {
  return [
    ['Results', resultsTable(results)],
    ['Targets', targetsTable(results)],
    ['Processor time of the server, microseconds a request', cpuTable(results)],
    ['Latency, median / 99th percentile, milliseconds', latencyTable(results)],
  ]
    .filter(([, text]) => text !== undefined)
    .map(([title, text]) => `## ${title}\n\n${text}`)
    .join('\n\n')
}

/** The whole page: the tables with what a reader has to know of them. */
export function page({ results, conditions, charts }) {
  return `# Benchmarks

Written by \`npm run bench\`; \`npm run bench -- --quick\` takes a minute or two and only prints. Compare figures of one run
only: the machine decides what they are, and ratios travel better than requests a second. How times and memory grow with the
registry is in [scale.md](scale.md).

${charts.map(({ file, title }) => `![${title}](benchmarks/${file})`).join('\n\n')}

## Conditions

${conditions.map(([name, value]) => `- ${name}: ${value}`).join('\n')}

Servers take turns at every case in every round; shown are the medians of the rounds, and the medians of the ratios within
them. nmr and Verdaccio log every request; node:http and nginx do not. node:http is a bare server in the same Node
that sends the same prepared bytes (tarballs with \`createReadStream\`) and keeps a publish with two synced files; it checks nothing.
nginx sends the same bytes from files with one worker: what the machine can do. Verdaccio does not sync what it writes.

${tables(results)}

## What the cases are

${results.map(({ title, id, explains }) => `- **${title}** (\`${id}\`): ${explains}.`).join('\n')}

## To repeat it

\`\`\`sh
npm run bench                                  # everything, and writes this page
npm run bench -- --quick                       # a minute or two, prints only; --write to write as well
npm run bench -- --only packument,tarball      # cases whose names begin so
npm run bench -- --cases publish-new,start     # these cases
npm run bench -- --servers nmr,node:http       # not against the others; --rounds 9, --seconds 5
\`\`\`

Verdaccio and the Node it needs are installed from npm into \`~/.cache/nmr/bench\`; wrk comes from Debian where it can be
installed, else autocannon from npm is used; nginx is left out where it is not installed. Everything runs on loopback.
`
}

function resultsTable(results) {
  const present = serversIn(results)
  const others = present.filter((server) => server !== 'nmr')
  const head = ['case', 'unit', ...present, ...others.map((server) => `nmr / ${server}`)]
  const rows = results.map(({ title, unit, servers, ratios }) => [
    title,
    unit,
    ...present.map((server) => number(servers.get(server)?.value)),
    ...others.map((server) => ratioText(ratios.get(server))),
  ])
  return table(head, rows)
}

function targetsTable(results) {
  const rows = results.flatMap(({ title, unit, verdicts }) =>
    verdicts.map(({ against, metric, atLeast, atMost, value, reached }) => {
      const what = metric === 'value' ? unit : metricNames[metric]
      return [
        title,
        against === undefined ? what : `times ${against}`,
        atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`,
        against === undefined ? number(value) : ratioText(value),
        reached ? '✓' : '✗',
      ]
    }),
  )
  return rows.length === 0 ? undefined : table(['case', 'in', 'target', 'measured', ''], rows)
}

function cpuTable(results) {
  const measured = results.filter(({ servers }) => servers.get('nmr')?.cpu !== undefined)
  if (measured.length === 0) return undefined
  const present = serversIn(measured)
  const others = present.filter((server) => server !== 'nmr')
  const rows = measured.map(({ title, servers, cpuRatios }) => [
    title,
    ...present.map((server) => number(servers.get(server)?.cpu)),
    ...others.map((server) => ratioText(cpuRatios.get(server))),
  ])
  return table(['case', ...present, ...others.map((server) => `nmr / ${server}`)], rows)
}

function latencyTable(results) {
  const measured = results.filter(({ servers }) => servers.get('nmr')?.p50 !== undefined)
  if (measured.length === 0) return undefined
  const present = serversIn(measured)
  const both = (found) => (found?.p99 === undefined ? '' : `${number(found.p50)} / ${number(found.p99)}`)
  const rows = measured.map(({ title, servers }) => [
    title,
    ...present.map((server) => both(servers.get(server))),
  ])
  return table(['case', ...present], rows)
}

function serversIn(results) {
  return serverOrder.filter((server) => results.some(({ servers }) => servers.has(server)))
}

/** A Markdown table whose columns are aligned; all but the first to the right. */
export function table(head, rows) {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column].length)))
  const line = (cells) =>
    `| ${cells.map((cell, n) => (n === 0 ? cell.padEnd(widths[n]) : cell.padStart(widths[n]))).join(' | ')} |`
  const rule = widths.map((width, n) => (n === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}

/** Three digits that count, and thousands apart. */
export function number(value) {
  if (value === undefined) return ''
  if (value >= 100) return Math.round(value).toLocaleString('en')
  return value.toFixed(value >= 10 ? 1 : 2)
}

function ratioText(value) {
  return value === undefined
    ? ''
    : value >= 10
      ? value.toFixed(0)
      : value >= 0.1
        ? value.toFixed(2)
        : value.toPrecision(2)
}
