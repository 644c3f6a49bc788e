/**
 * Which packages have a word, and what it is worth there: for each a number made of the package's number and the place
 * of the weight, ascending. Most words are had by one package, whose number then stands alone; those of many take four
 * bytes for each. Nothing takes less room: these are nearly all of an index.
 */
export type Postings = number | readonly number[] | Long

/** The first `length` of them; there is room for more. */
interface Long {
  readonly room: Uint32Array
  readonly length: number
}

/** Places of weights that a posting has room for. */
const PLACES = 4
/** Lists up to this are made anew for each that comes in; longer ones have room for as many again, half of them. */
const SHORT = 32
const GROWTH = 1.5

export const noPostings: Postings = []

export function posting(number: number, place: number): number {
  return number * PLACES + place
}

export function numberOf(one: number): number {
  return Math.floor(one / PLACES)
}

export function placeOf(one: number): number {
  return one % PLACES
}

export function listOf(postings: Postings): ArrayLike<number> & Iterable<number> {
  if (typeof postings === 'number') return [postings]
  return 'room' in postings ? postings.room.subarray(0, postings.length) : postings
}

/** How many packages there are. */
export function sizeOf(postings: Postings): number {
  return typeof postings === 'number' ? 1 : postings.length
}

/** The postings with one more, whose package is not among them; what was given is not to be used any more. */
export function withPosting(postings: Postings | undefined, one: number): Postings {
  if (postings === undefined) return one
  const list = listOf(postings)
  const { length } = list
  const at = firstFrom(list, one)
  if (length < SHORT) return [...Array.from(list).slice(0, at), one, ...Array.from(list).slice(at)]
  const room = roomIn(postings, list)
  room.copyWithin(at + 1, at, length)
  room[at] = one
  return { room, length: length + 1 }
}

/** The postings of packages that are still there; `undefined` when none is. */
export function onlyOf(postings: Postings, isThere: (number: number) => boolean): Postings | undefined {
  const left = Array.from(listOf(postings)).filter((one) => isThere(numberOf(one)))
  if (left.length > SHORT) return { room: Uint32Array.from(left), length: left.length }
  return left.length > 1 ? left : left[0]
}

/** The place of a package's weight; `undefined` when it is not among the postings. */
export function placeIn(postings: Postings, number: number): number | undefined {
  const list = listOf(postings)
  const one = list[firstFrom(list, posting(number, 0))]
  return one !== undefined && numberOf(one) === number ? placeOf(one) : undefined
}

/** Room for the list and one more. */
function roomIn(postings: Postings, list: ArrayLike<number>): Uint32Array {
  if (typeof postings === 'object' && 'room' in postings && postings.room.length > list.length)
    return postings.room
  const room = new Uint32Array(Math.ceil(list.length * GROWTH))
  room.set(list)
  return room
}

/** Where the first stands that is not below `least`. */
function firstFrom(list: ArrayLike<number>, least: number): number {
  let [from, to] = [0, list.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((list[middle] ?? 0) < least) from = middle + 1
    else to = middle
  }
  return from
}
