/**
 * Which packages have a word, and what it is worth there: for each a number made of the package's number and the place
 * of the weight, ascending. Most words are had by one package, whose number then stands alone. Nothing takes less
 * room: these are nearly all of an index.
 */
export type Postings = number | readonly number[]

/** Places of weights that a posting has room for. */
const PLACES = 4
/** Lists up to this are made anew for each that comes in; longer ones grow in place, ahead of what is needed. */
const SHORT = 64

export function posting(number: number, place: number): number {
  return number * PLACES + place
}

export function numberOf(one: number): number {
  return Math.floor(one / PLACES)
}

export function placeOf(one: number): number {
  return one % PLACES
}

export function listOf(postings: Postings): readonly number[] {
  return typeof postings === 'number' ? [postings] : postings
}

/** The postings with one more, whose package is not among them; a long list is changed in place. */
export function withPosting(postings: Postings | undefined, one: number): Postings {
  if (postings === undefined) return one
  if (typeof postings === 'number') return postings < one ? [postings, one] : [one, postings]
  const at = firstFrom(postings, one)
  if (postings.length < SHORT) return [...postings.slice(0, at), one, ...postings.slice(at)]
  const list = postings as number[]
  if (at === list.length) list.push(one)
  else list.splice(at, 0, one)
  return list
}

/** The postings of packages that are still there; `undefined` when none is. */
export function onlyOf(postings: Postings, isThere: (number: number) => boolean): Postings | undefined {
  const list = listOf(postings).filter((one) => isThere(numberOf(one)))
  return list.length > 1 ? list : list[0]
}

/** The place of a package's weight; `undefined` when it is not among the postings. */
export function placeIn(postings: Postings, number: number): number | undefined {
  const list = listOf(postings)
  const one = list[firstFrom(list, posting(number, 0))]
  return one !== undefined && numberOf(one) === number ? placeOf(one) : undefined
}

/** Where the first stands that is not below `least`. */
function firstFrom(list: readonly number[], least: number): number {
  let [from, to] = [0, list.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((list[middle] ?? 0) < least) from = middle + 1
    else to = middle
  }
  return from
}
