/** Bytes of a buffer that is used again: a block of lines and the piece of a line before it. */
export const BLOCK_SIZE = 2 ** 18;

const KEPT = 32;
const free: ArrayBuffer[] = [];

/**
 * A buffer of at least `size` bytes, with memory of its own that can move to another thread. Blocks are many and
 * short-lived, and the memory behind them comes back only when the garbage collector happens to run: so it is used
 * again instead.
 */
export function takeBuffer(size: number): Buffer {
  if (size > BLOCK_SIZE) return Buffer.allocUnsafeSlow(size);
  return Buffer.from(free.pop() ?? new ArrayBuffer(BLOCK_SIZE));
}

/** Gives back what was taken, when nobody looks at it any more. Other memory is left to the garbage collector. */
export function giveBack(memory: ArrayBufferLike): void {
  if (memory instanceof ArrayBuffer && memory.byteLength === BLOCK_SIZE && free.length < KEPT)
    free.push(memory);
}

/** A copy with memory of its own. */
export function owned(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}
