/** What is said of an entry ahead of it. */
export interface TarAttributes {
  /** All that any reader may take for its name. */
  readonly names: readonly string[]
  /** Likewise for its size, in decimal digits. */
  readonly sizes: readonly string[]
  /** Whether it is said to lead somewhere. */
  readonly isLink: boolean
}

const LINE_BREAK = 0x0a

/**
 * Reads attributes, each `<length of it all> key=value` and a line break. Some readers go by the length and others by
 * the line break, and npm takes whatever stands between number and key for the space. So they are searched beside being
 * parsed: what only looks like an attribute counts, too.
 *
 * @throws Error for those that mean different things to different readers
 */
export function parseTarAttributes(content: Buffer): TarAttributes {
  assertWhole(content)
  const text = content.toString()
  // npm leaves out an entry whose `type` it does not know, and takes its content for entries.
  if (/^\d+.type=/m.test(text)) throw new Error('an entry’s kind is given by an attribute')
  if (/\bGNU\.sparse\.|\bSUN\.holesdata=/.test(text)) throw new Error('an entry is sparse')
  const names = found(text, /(?:\bpath|\bname|^\d+.path)=([^\n]*)/gm)
  // npm leaves out, likewise, what has no name or a number for one.
  if (names.some((name) => /^\d*$|\0/.test(name))) throw new Error('an attribute is no name')
  const sizes = found(text, /(?:\bsize|\brealsize|^\d+.size)=([^\n]*)/gm)
  return { names, sizes, isLink: /^\d+.linkpath=/m.test(text) }
}

function assertWhole(content: Buffer): void {
  for (let at = 0; at < content.length; ) {
    const [digits = '', length] = /^([1-9]\d{0,7}) /.exec(content.toString('latin1', at, at + 9)) ?? []
    const end = at + Number(length)
    const equals = content.indexOf('=', at)
    if (!(equals > at && equals < end) || content[end - 1] !== LINE_BREAK)
      throw new Error('an attribute is not as long as it says')
    const key = content.toString('latin1', at + digits.length, equals)
    if (key === 'path' && content.subarray(equals, end - 1).includes(LINE_BREAK))
      throw new Error('a name has several lines')
    at = end
  }
}

function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, value = '']) => value)
}
