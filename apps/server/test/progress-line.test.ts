import { expect, it } from 'vitest'
import { createProgressLine } from '../src/commands/progress-line.ts'

it('without a terminal, progress is a line every half a minute and one at the end', () => {
  const lines: string[] = []
  let seconds = 100
  const show = createProgressLine({ write: (text) => lines.push(text) }, () => seconds * 1000)
  for (const done of [0, 1, 2, 3, 4, 5, 6, 7, 8]) {
    show({ done, total: 8, copied: done, copiedBytes: done * 1024 ** 2, present: 0, problems: [] })
    seconds += 10
  }
  expect(lines).toEqual([
    '[###########...................] 3 of 8, 3 copied (3.0 MB)\n',
    '[######################........] 6 of 8, 6 copied (6.0 MB)\n',
    '[##############################] 8 of 8, 8 copied (8.0 MB)\n',
  ])
})

it('on a terminal, progress is one line that changes', () => {
  const shown: string[] = []
  const show = createProgressLine({ write: (text) => shown.push(text), isTTY: true }, () => 0)
  for (const done of [0, 1]) show({ done, total: 1, copied: 0, copiedBytes: 0, present: done, problems: [] })
  expect(shown.map((text) => text.slice(0, 42))).toEqual([
    '\r[..............................] 0 of 1, ',
    '\r[##############################] 1 of 1, ',
  ])
})
