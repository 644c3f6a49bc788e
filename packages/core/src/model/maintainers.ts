import { RegistryError } from '../errors.ts'
import type { PackageName } from './package-name.ts'
import type { Maintainer } from './packument.ts'

const MAX_MAINTAINERS = 1000
/** Characters of a name or an address. */
const MAX_LENGTH = 254

/**
 * A list that may stand as a package's maintainers: it is read with every request, so it has bounds.
 *
 * @throws RegistryError `invalid_request`
 */
export function parseMaintainers(
  name: PackageName,
  maintainers: readonly Maintainer[],
): readonly Maintainer[] {
  const problem = problemWith(maintainers)
  if (problem !== undefined) throw new RegistryError('invalid_request', `${name} ${problem}`)
  return maintainers.map(({ name: person, email }) => ({ name: person, ...(email && { email }) }))
}

function problemWith(maintainers: readonly Maintainer[]): string | undefined {
  if (maintainers.length === 0) return 'needs an owner: add another before you remove the last'
  if (maintainers.length > MAX_MAINTAINERS) return `can have at most ${MAX_MAINTAINERS} owners`
  const isLong = ({ name, email = '' }: Maintainer) => name.length > MAX_LENGTH || email.length > MAX_LENGTH
  if (maintainers.some(isLong))
    return `has an owner whose name or email is longer than ${MAX_LENGTH} characters`
  return undefined
}
