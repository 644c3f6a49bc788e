/** Numbers that look random and are the same in every run; from 0 to below `limit`. */
export function createRandom(seed) {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

/** Words made of syllables; some come often, most are rare. */
export function createWords(random) {
  const words = Array.from({ length: 3000 }, () =>
    Array.from({ length: 2 + random(3) }, () => 'bdfgklmnprstvz'[random(14)] + 'aeiou'[random(5)]).join(''),
  )
  return () => words[Math.floor((random(1e6) / 1e6) ** 2 * words.length)]
}
