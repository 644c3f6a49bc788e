import { gzipSync } from 'node:zlib'

/** What goes into a tarball besides its name and version. */
export interface PackageSource {
  readonly name: string
  readonly version: string
  /** Path in the package → content, beside package.json. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** Further members of package.json. */
  readonly extra?: Readonly<Record<string, unknown>>
}

/** A gzipped tar such as `npm pack` makes, everything under `package/`; the same bytes for the same source. */
export function makeTarball({ name, version, files = {}, extra = {} }: PackageSource): Buffer {
  const packageJson = JSON.stringify({ name, version, ...extra }, null, 2)
  const entries = Object.entries({ 'package.json': packageJson, ...files })
  return gzipSync(Buffer.concat([...entries.flatMap(([path, content]) => tarEntry(path, content)), TAR_END]))
}

const BLOCK = 512

/** Two empty blocks, with which every archive ends. */
export const TAR_END = Buffer.alloc(2 * BLOCK)

/** The block before a file of `size` bytes at `package/<path>`; the content follows, padded with `tarPadding`. */
export function tarHeader(path: string, size: number): Buffer {
  const header = Buffer.alloc(BLOCK)
  header.write(`package/${path}`, 0, 100)
  header.write('0000644\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write(' '.repeat(8), 148)
  header.write('0', 156)
  header.write('ustar\x0000', 257)
  const checksum = header.reduce((sum, byte) => sum + byte, 0)
  header.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

/** The zeros that fill a file's last block. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK)
}

function tarEntry(path: string, content: string | Uint8Array): readonly Uint8Array[] {
  const bytes = Buffer.from(content)
  return [tarHeader(path, bytes.length), bytes, tarPadding(bytes.length)]
}
