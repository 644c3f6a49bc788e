/** Bytes of what has pages of its own, at least. */
const LARGE = 16 * 1024

/**
 * Buffers of a cache that may have pages of their own: Linux gives a process 65,530 mappings, and V8 ends the process
 * when it cannot take one apart to free a part of it.
 */
const MAX_MAPPED = 2 ** 15

/**
 * Memory for bytes that stay for a while. Much of it is mapped by itself, and goes back to the system as soon as nobody
 * has it: buffers of all sizes that come and go would leave room between them, in which nothing else fits.
 *
 * @param cacheSize bytes of the cache that it is for: the larger that is, the more is much
 */
export function ownMemory(size: number, cacheSize = 0): Buffer {
  if (size < Math.max(LARGE, cacheSize / MAX_MAPPED)) return Buffer.allocUnsafeSlow(size)
  // V8 maps what could be resized, and asks malloc for all else.
  return Buffer.from(new ResizableBuffer(size, { maxByteLength: size }), 0, size)
}

/** As ES2024 has it. */
const ResizableBuffer: new (size: number, options: { maxByteLength: number }) => ArrayBuffer = ArrayBuffer
