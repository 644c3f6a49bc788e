/** Bytes of what has pages of its own. */
const LARGE = 16 * 1024

/**
 * Memory for bytes that stay for a while. Much of it is mapped by itself, and goes back to the system as soon as nobody
 * has it: buffers of all sizes that come and go would leave room between them, in which nothing else fits.
 */
export function ownMemory(size: number): Uint8Array {
  if (size < LARGE) return Buffer.allocUnsafeSlow(size)
  // V8 maps what could be resized, and asks malloc for all else.
  return Buffer.from(new ResizableBuffer(size, { maxByteLength: size }), 0, size)
}

/** As ES2024 has it. */
const ResizableBuffer: new (size: number, options: { maxByteLength: number }) => ArrayBuffer = ArrayBuffer
