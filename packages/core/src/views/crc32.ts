/*
 * The checksum of bytes that are one behind the other, from the checksums of both: polynomials modulo that of CRC-32,
 * as zlib's crc32_combine reckons with them. The highest bit is the coefficient of x⁰.
 */

const POLYNOMIAL = 0xedb88320
const ONE = 0x80000000

/** x to the power of 2ⁿ, for every n that a length in bits can have a bit at. */
const POWERS = Array.from({ length: 56 }, () => 0)
for (let n = 0, power = ONE >>> 1; n < POWERS.length; n++, power = multiply(power, power)) POWERS[n] = power

/** The CRC-32 of a text whose beginning has `first`, and whose other `length` bytes have `second`. */
export function combineCrc32(first: number, second: number, length: number): number {
  return (multiply(toThePower(length * 8), first) ^ second) >>> 0
}

/** x to the power of so many. */
function toThePower(exponent: number): number {
  let product = ONE
  for (let n = 0, left = exponent; left > 0; n++, left = Math.floor(left / 2))
    if (left % 2 === 1) product = multiply(POWERS[n] ?? ONE, product)
  return product
}

function multiply(one: number, other: number): number {
  let product = 0
  for (let bit = ONE, term = other; bit !== 0; bit >>>= 1) {
    if (one & bit) product ^= term
    term = term & 1 ? (term >>> 1) ^ POLYNOMIAL : term >>> 1
  }
  return product >>> 0
}
