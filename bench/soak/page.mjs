import { number } from '../report.mjs'
import { curveTable, verdictText } from './verdict.mjs'

/** The whole page. */
export function soakPage({ samples, verdict, conditions, minutes, packages, rate, ...found }) {
  const { requests, megabytes, scanned, hungUp, statuses, cpu, startedIn } = found
  const answered = Object.entries(statuses).map(([status, count]) => `${number(count)} with ${status}`)
  const share = (cores) => `${Math.round(100 * cores)} %`
  return `# Memory under load

Written by \`npm run bench:soak -- --minutes ${minutes} --rate ${rate} --write\`. The registry as it is shipped, with its defaults, over
${number(packages)} packages. For ${minutes} minutes it is asked for everything that clients ask for, ${rate} times a second, by nobody and by a thousand
people, one in ten requests with a credential that was never seen before: packuments in both forms, with and without
If-None-Match, tarballs of 1 KB to 5 MB, version documents, dist-tags, searches, names that are not there, addresses and
hosts that nobody asks for twice; publishes, tags, deprecations, unpublishes; clients that hang up in the middle of an
answer or of a publish. Beside that every package is read once, in order, as a mirror does it.

![Memory under mixed load](benchmarks/soak.svg)

## Verdict

${verdictText(verdict)}

## Curve

${curveTable(samples)}

*Of its own* is what belongs to the process; the rest of what is resident are pages of files, Node's own and LevelDB's, which the
system takes back when it wants them. The heap
*with its room* is what V8 has taken for it, with all that is free in between. *Buffers* are the bytes of documents and tarballs that are kept outside of the heap, and the
search index.

What is held, and where it ends: the two caches (\`cache.views\`, \`cache.answers\`), each entry counted with what the process grows by
it; the search index, 150 bytes a package, from the first search on; 64 MB of LevelDB's files that are mapped, its own caches of
4 MB; and a third of what the heap has in use, until V8 collects the garbage. What is read once is not kept as an answer.

## Conditions

${conditions.map(([name, value]) => `- ${name}: ${value}`).join('\n')}
- started in ${startedIn.toFixed(0)} ms
- ${number(requests)} requests, ${number(megabytes)} MB of answers: ${answered.join(', ')}; ${number(hungUp)} clients hung up; ${number(scanned)} packages read once
- processor time: ${share(cpu.server)} of a core for the server, ${share(cpu.load)} for the load
`
}
