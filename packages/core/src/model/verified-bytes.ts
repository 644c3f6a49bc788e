import { createHash } from 'node:crypto'
import { RegistryError } from '../errors.ts'
import type { Measured } from './integrity.ts'

/**
 * Passes `body` on, and fails where it would end when its bytes are not what was expected: for stores, which then
 * drop what they have got. Holds no more than one chunk.
 *
 * @throws RegistryError `invalid_tarball` when size or integrity (`sha512-…`) differ; what `body` throws
 */
export async function* verifiedBytes(
  body: AsyncIterable<Uint8Array>,
  { size, integrity }: Pick<Measured, 'size' | 'integrity'>,
): AsyncGenerator<Uint8Array, void, void> {
  const sha512 = createHash('sha512')
  let seen = 0
  for await (const chunk of body) {
    seen += chunk.length
    if (seen > size) throw differs(`has more than the ${size} bytes that were expected`)
    sha512.update(chunk)
    yield chunk
  }
  if (seen < size) throw differs(`ended after ${seen} of ${size} bytes`)
  const measured = `sha512-${sha512.digest('base64')}`
  if (measured !== integrity) throw differs(`has the integrity ${measured}, not ${integrity}`)
}

function differs(how: string): RegistryError {
  return new RegistryError('invalid_tarball', `the tarball that was to be stored ${how}`)
}
