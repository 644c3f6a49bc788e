/** Words in alphabetical order, found by their beginning or with a letter wrong without going through all of them. */
export interface Words {
  /** Takes in a word that is not among them. */
  add(word: string): void
  startingWith(prefix: string): Iterable<string>
  /** Those that the word becomes when one of its letters is left out, put in or exchanged. */
  oneLetterFrom(word: string): Iterable<string>
  /** Forgets all others, once every step was taken; anything may happen between two. */
  keepOnly(isUsed: (word: string) => boolean): Iterable<void>
}

/** New words that are put in order together, which takes a few milliseconds among hundreds of thousands. */
const MAX_FRESH = 4096

/** Words that are looked at in a step. */
const STEP = 500

/** Sorts behind every letter. */
const BEHIND = '\uffff'

export function createWords(): Words {
  let sorted: readonly string[] = []
  let fresh: string[] = []

  function inOrder(): readonly string[] {
    if (fresh.length > 0) sorted = merged(sorted, fresh.sort())
    fresh = []
    return sorted
  }

  return {
    add(word) {
      if (fresh.push(word) === MAX_FRESH) inOrder()
    },
    *startingWith(prefix) {
      const words = inOrder()
      for (let at = firstFrom(words, prefix); words[at]?.startsWith(prefix); at++) yield words[at] ?? ''
    },
    *oneLetterFrom(word) {
      const words = inOrder()
      const has = (other: string) => words[firstFrom(words, other)] === other
      for (let right = 0; right <= word.length; right++) {
        const [start, rest] = [word.slice(0, right), word.slice(right)]
        const others = [start + rest.slice(1)]
        for (const letter of lettersBehind(words, start))
          others.push(start + letter + rest, start + letter + rest.slice(1))
        yield* others.filter(has)
      }
    },
    *keepOnly(isUsed) {
      const words = inOrder()
      const used: string[] = []
      for (let from = 0; from < words.length; from += STEP) {
        used.push(...words.slice(from, from + STEP).filter(isUsed))
        yield
      }
      // When others have come in between, it is left for another time.
      if (sorted === words) sorted = used
    },
  }
}

/** The letters that come next in words that begin so. */
function* lettersBehind(words: readonly string[], start: string): Generator<string> {
  let at = firstFrom(words, start)
  for (let word = words[at]; word?.startsWith(start); word = words[at]) {
    const letter = word.charAt(start.length)
    if (letter !== '') yield letter
    at = letter === '' ? at + 1 : firstFrom(words, start + letter + BEHIND)
  }
}

/** Where the first word stands that does not sort before `least`. */
function firstFrom(words: readonly string[], least: string): number {
  let [from, to] = [0, words.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((words[middle] ?? '') < least) from = middle + 1
    else to = middle
  }
  return from
}

function merged(one: readonly string[], other: readonly string[]): readonly string[] {
  const all: string[] = []
  let at = 0
  for (const word of other) {
    for (let next = one[at]; next !== undefined && next < word; next = one[++at]) all.push(next)
    all.push(word)
  }
  return all.concat(one.slice(at))
}
