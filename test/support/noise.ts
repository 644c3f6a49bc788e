import { createCipheriv, createHash } from 'node:crypto'

/** Bytes that look random and do not compress, the same for the same seed. */
export function noise(seed: string, size: number): Buffer {
  return createNoise(seed)(size)
}

/** The same in pieces: each call gives the bytes that follow. */
export function createNoise(seed: string): (size: number) => Buffer {
  const key = createHash('md5').update(seed).digest()
  const cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16))
  return (size) => cipher.update(Buffer.alloc(size))
}
