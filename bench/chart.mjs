import { number } from './report.mjs'

const WIDTH = 760
const LABEL = 96
const VALUE = 80
const BAR = 16
const GAP = 18
const TITLE = 20

/** Seen on white and on black alike. */
const colours = { nmr: '#1a7f64', 'node:http': '#5b8def', nginx: '#9a6dd7', Verdaccio: '#d1783c' }

/**
 * Bars as an SVG image, readable on light and dark grounds. Cases differ by magnitudes, so each has a scale of its own:
 * its longest bar is the whole width.
 *
 * @param results the cases to show, as `summarize` has them
 */
export function barChart(title, results) {
  const parts = []
  let y = TITLE + 14
  for (const { title: name, unit, better, servers } of results) {
    parts.push(text(0, y + 12, `${name}, ${unit} (${better} is better)`, 'case'))
    y += TITLE
    const longest = Math.max(...[...servers.values()].map(({ value }) => value))
    for (const [server, { value }] of inOrder(servers)) {
      const width = Math.max(1, (value / longest) * (WIDTH - LABEL - VALUE))
      parts.push(
        text(LABEL - 8, y + 12, server, 'server', 'end'),
        `<rect x="${LABEL}" y="${y + 1}" width="${width.toFixed(1)}" height="${BAR - 3}" rx="2" fill="${colours[server]}"/>`,
        text(LABEL + width + 6, y + 12, number(value), 'value'),
      )
      y += BAR
    }
    y += GAP
  }
  return svg(WIDTH, y, title, parts)
}

/** @param parts elements, as text */
export function svg(width, height, title, parts) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
<style>
text { font: 12px system-ui, sans-serif; fill: #6e7781 }
.title { font-size: 15px; font-weight: 600 }
.case { font-weight: 600 }
.axis { stroke: #8c959f; stroke-width: 1 }
@media (prefers-color-scheme: dark) { text { fill: #c9d1d9 } }
</style>
${text(0, 16, title, 'title')}
${parts.join('\n')}
</svg>
`
}

export function text(x, y, content, kind, anchor = 'start') {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" class="${kind}" text-anchor="${anchor}">${escaped(content)}</text>`
}

function inOrder(servers) {
  return Object.keys(colours).flatMap((server) =>
    servers.has(server) ? [[server, servers.get(server)]] : [],
  )
}

function escaped(content) {
  return content.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
