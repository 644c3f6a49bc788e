import { svg, text } from '../chart.mjs'

const [WIDTH, HEIGHT] = [760, 380]
const [LEFT, RIGHT, TOP, BOTTOM] = [50, 290, 40, 40]
const colours = ['#1a7f64', '#5b8def', '#d1783c', '#9a6dd7', '#c0392b', '#b8860b', '#2aa1b3', '#7f8c8d']

/**
 * Curves as an SVG image: how many times its first value each measure is, both axes logarithmic, so that a flat line is
 * what does not grow and the dashed one what grows as the registry does.
 *
 * @param sizes ascending
 * @param lines `name`, and `values` for these sizes
 */
export function lineChart(title, sizes, lines) {
  const [from, to] = [sizes[0], sizes.at(-1)]
  const growths = lines.flatMap(({ values }) => values.map((value) => value / values[0]))
  const [low, high] = [Math.min(0.5, ...growths), Math.max(10, ...growths)]
  const x = (size) => LEFT + share(size, from, to) * (WIDTH - LEFT - RIGHT)
  const y = (growth) => HEIGHT - BOTTOM - share(growth, low, high) * (HEIGHT - TOP - BOTTOM)
  const steps = [1, 10, 100, 1000].filter((step) => step <= high)
  const linear = Math.min(to / from, high)
  const parts = [
    `<line x1="${LEFT}" y1="${HEIGHT - BOTTOM}" x2="${WIDTH - RIGHT}" y2="${HEIGHT - BOTTOM}" class="axis"/>`,
    ...sizes.map((size) => text(x(size), HEIGHT - BOTTOM + 18, size.toLocaleString('en'), 'tick', 'middle')),
    ...steps.map((step) => text(LEFT - 8, y(step) + 4, `× ${step}`, 'tick', 'end')),
    path(
      [
        [x(from), y(1)],
        [x(from * linear), y(linear)],
      ],
      '#8c959f',
      '4 4',
    ),
  ]
  // Names stand beside the ends of their lines, and not on each other.
  let lowest = -Infinity
  const drawn = lines.map((line, n) => ({ ...line, colour: colours[n % colours.length] }))
  for (const { name, values, colour } of drawn.sort((a, b) => end(b) - end(a))) {
    parts.push(
      path(
        values.map((value, n) => [x(sizes[n]), y(value / values[0])]),
        colour,
      ),
    )
    lowest = Math.max(lowest + 15, y(end({ values })) + 4)
    parts.push(
      `<rect x="${WIDTH - RIGHT + 8}" y="${lowest - 9}" width="10" height="10" rx="2" fill="${colour}"/>`,
      text(WIDTH - RIGHT + 24, lowest, `${name} × ${end({ values }).toFixed(1)}`, 'name'),
    )
  }
  return svg(WIDTH, HEIGHT, title, parts)
}

/** How far along a logarithmic axis. */
function share(value, from, to) {
  return Math.log(value / from) / Math.log(to / from)
}

function end({ values }) {
  return values.at(-1) / values[0]
}

function path(points, colour, dashes) {
  const line = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')
  const dashed = dashes === undefined ? '' : ` stroke-dasharray="${dashes}"`
  return `<polyline points="${line}" fill="none" stroke="${colour}" stroke-width="2"${dashed}/>`
}
