/** What a block of tar may say, true or not. */
export interface RawEntry {
  readonly name?: string
  readonly type?: string
  readonly content?: string
  /** What is said of the content's length; the length itself where nothing is given. */
  readonly size?: string
  readonly link?: string
  readonly prefix?: string
  readonly magic?: string
  readonly checksum?: string
  /** Bytes of the header, by where they stand. */
  readonly bytes?: Readonly<Record<number, number>>
}

/** An entry as it is told to be, which no packer would write. */
export function rawEntry({
  name = 'package/x',
  type = '0',
  content = '',
  size = Buffer.byteLength(content).toString(8).padStart(11, '0'),
  link = '',
  prefix = '',
  magic = 'ustar\x0000',
  checksum,
  bytes = {},
}: RawEntry): Buffer {
  const header = Buffer.alloc(512)
  header.write(name, 0, 100)
  header.write(size, 124, 12)
  header.write(' '.repeat(8), 148)
  header.write(type, 156, 1)
  header.write(link, 157, 100)
  header.write(magic, 257, 8, 'latin1')
  header.write(prefix, 345, 155)
  for (const [at, byte] of Object.entries(bytes)) header[Number(at)] = byte
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `, 148)
  const body = Buffer.from(content)
  return Buffer.concat([header, body, Buffer.alloc(-body.length & 511)])
}

/** A record as the attributes of an entry are written: `<length of it all> key=value`. */
export function attribute(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  const length = [1, 2, 3, 4]
    .map((digits) => rest.length + digits)
    .find((all) => `${all}${rest}`.length === all)
  return `${length}${rest}`
}
