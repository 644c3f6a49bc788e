import { number, table } from '../report.mjs'
import { packageMeasures, versionMeasures } from './measures.mjs'

/** What one growth came to as a table: a column for each size, and how much each tenfold adds. */
export function growthTable(what, measures, measured) {
  const sizes = [...measured.keys()]
  const decades = Math.log10(sizes.at(-1) / sizes[0])
  const rows = measures.map(({ key, name, unit }) => {
    const values = sizes.map((size) => measured.get(size)[key])
    const growth = (values.at(-1) / values[0]) ** (1 / decades)
    return [`${name}, ${unit}`, ...values.map(number), `× ${growth.toFixed(2)}`]
  })
  return table([what, ...sizes.map((size) => size.toLocaleString('en')), 'each tenfold'], rows)
}

/** The whole page. */
export function scalePage({ packages, versions, conditions }) {
  return `# Growth

Written by \`npm run bench:scale\`. What does not depend on the size of the registry stays at × 1 from one column to the
next; what is in proportion to it comes to × 10.

${conditions.map(([name, value]) => `- ${name}: ${value}`).join('\n')}

Milliseconds are medians of requests one after another, over one connection. Packages are written into the database past
the server, each with three versions of 1 KB, and are in the machine's file cache; *read for the first time* means that
the server has rendered nothing yet.

## Packages in the registry

![Packages in the registry](benchmarks/scale-packages.svg)

${growthTable('packages', packageMeasures, packages)}

${reasons(packageMeasures)}

## Versions of one package

![Versions of one package](benchmarks/scale-versions.svg)

${growthTable('versions', versionMeasures, versions)}

${reasons(versionMeasures)}

## To repeat it

\`\`\`sh
npm run bench:scale               # 1,000 and 10,000 packages, 10 to 10,000 versions
npm run bench:scale -- --full     # 100,000 packages as well: two to five minutes
npm run bench:scale -- --print    # writes nothing
\`\`\`
`
}

function reasons(measures) {
  return measures.map(({ name, why }) => `- *${name}*: ${why}.`).join('\n')
}
