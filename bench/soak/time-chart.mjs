import { svg, text } from '../chart.mjs'

const [WIDTH, HEIGHT] = [760, 300]
const [LEFT, RIGHT, TOP, BOTTOM] = [50, 130, 40, 40]
const colours = ['#1a7f64', '#5b8def', '#d1783c', '#9a6dd7']

/**
 * Megabytes over minutes, as an SVG image.
 *
 * @param lines `name`, and `values` for these minutes
 * @param limit drawn as a dashed line
 */
export function timeChart(title, minutes, lines, limit) {
  const highest = 1.1 * Math.max(limit, ...lines.flatMap(({ values }) => values))
  const x = (minute) => LEFT + (minute / minutes.at(-1)) * (WIDTH - LEFT - RIGHT)
  const y = (megabytes) => HEIGHT - BOTTOM - (megabytes / highest) * (HEIGHT - TOP - BOTTOM)
  const ticks = (upTo, step) => Array.from({ length: Math.floor(upTo / step) + 1 }, (_, n) => n * step)
  const parts = [
    `<line x1="${LEFT}" y1="${y(0)}" x2="${WIDTH - RIGHT}" y2="${y(0)}" class="axis"/>`,
    ...ticks(minutes.at(-1), stepFor(minutes.at(-1))).map((minute) =>
      text(x(minute), HEIGHT - BOTTOM + 18, `${minute} min`, 'tick', 'middle'),
    ),
    ...ticks(highest, stepFor(highest)).map((megabytes) =>
      text(LEFT - 8, y(megabytes) + 4, `${megabytes}`, 'tick', 'end'),
    ),
    path(
      [
        [LEFT, y(limit)],
        [WIDTH - RIGHT, y(limit)],
      ],
      '#8c959f',
      ' stroke-dasharray="4 4"',
    ),
    text(WIDTH - RIGHT + 8, y(limit) + 4, 'limit', 'name'),
    ...lines.flatMap(({ name, values }, n) => [
      path(
        values.map((value, at) => [x(minutes[at]), y(value)]),
        colours[n],
      ),
      `<rect x="${WIDTH - RIGHT + 8}" y="${y(values.at(-1)) - 5}" width="10" height="10" rx="2" fill="${colours[n]}"/>`,
      text(WIDTH - RIGHT + 24, y(values.at(-1)) + 4, name, 'name'),
    ]),
  ]
  return svg(WIDTH, HEIGHT, title, parts)
}

/** Between two ticks: 1, 2 or 5 times a power of ten, so that there are four to ten of them. */
function stepFor(upTo) {
  const magnitude = 10 ** Math.floor(Math.log10(upTo / 4))
  return [5, 2, 1].map((digit) => digit * magnitude).find((step) => upTo / step >= 4) ?? magnitude
}

function path(points, colour, more = '') {
  const line = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')
  return `<polyline points="${line}" fill="none" stroke="${colour}" stroke-width="1.5"${more}/>`
}
