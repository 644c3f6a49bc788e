import type { IncomingHttpHeaders } from 'node:http'
import type { ByteRange } from '@nmr/core'
import parseRange from 'range-parser'

/** A part of the bytes, all of them, or a part that there is not. */
export type RangeAnswer = ByteRange | 'whole' | 'unsatisfiable'

/** What a Range header asks for. Several ranges, or a Range for another ETag (`If-Range`), are answered whole. */
export function byteRange(headers: IncomingHttpHeaders, etag: string, size: number): RangeAnswer {
  const { range, 'if-range': ifRange } = headers
  if (range === undefined || (ifRange !== undefined && ifRange !== etag)) return 'whole'
  const ranges = parseRange(size, range, { combine: true })
  if (ranges === -1) return 'unsatisfiable'
  const [first, ...others] = ranges === -2 || ranges.type !== 'bytes' ? [] : ranges
  return first === undefined || others.length > 0 ? 'whole' : first
}

export function isRange(answer: RangeAnswer): answer is ByteRange {
  return typeof answer === 'object'
}
