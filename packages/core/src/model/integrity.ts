import ssri from 'ssri'
import { RegistryError } from '../errors.ts'

/** What was measured over a tarball's bytes. */
export interface Measured {
  /** Bytes. */
  readonly size: number
  /** SHA-512, as an SRI string: `sha512-<base64>`. */
  readonly integrity: string
  /** SHA-1, in hex: what npm 2 to 4 verify. */
  readonly shasum: string
}

/** What a publisher says of its tarball. npm 2 to 4 send no `integrity`. */
export interface DeclaredDigests {
  readonly integrity?: unknown
  readonly shasum?: unknown
}

/**
 * Holds a publisher's digests against the measured ones. A digest that is declared must be one that can be
 * checked, and must be right; one that is absent is not missed.
 *
 * @throws RegistryError `invalid_tarball`
 */
export function assertDigests(declared: DeclaredDigests, measured: Measured, what: string): void {
  const { integrity, shasum } = declared
  if (shasum !== undefined && shasum !== measured.shasum) {
    throw mismatch(what, 'shasum', shasum, measured.shasum)
  }
  if (integrity !== undefined && !integrityMatches(integrity, measured)) {
    throw mismatch(what, 'integrity', integrity, measured.integrity)
  }
}

function integrityMatches(declared: unknown, measured: Measured): boolean {
  if (typeof declared !== 'string') return false
  const sha1 = `sha1-${Buffer.from(measured.shasum, 'hex').toString('base64')}`
  return ssri.parse(`${measured.integrity} ${sha1}`).match(declared, { strict: true }) !== false
}

function mismatch(what: string, field: string, declared: unknown, measured: string): RegistryError {
  const said = typeof declared === 'string' ? declared.slice(0, 120) : typeof declared
  return new RegistryError(
    'invalid_tarball',
    `the tarball of ${what} has the ${field} ${measured}, but the document says ${said}; pack and publish again`,
  )
}
