import type { Mate } from '../rules/rule.ts';

/** Bits of the sets of keys with two sides; most keys have no mate, so that few places are in both. */
const SIDE_BITS = 2 ** 22;
/** Bits of the sets of keys that may come again: a million keys fill a thirtieth. */
const AGAIN_BITS = 2 ** 25;

/** The keys of one side and of the other; or those that came, and those that came again. */
interface Pair {
  readonly first: Int32Array;
  readonly second: Int32Array;
}

const pair = (bits: number): Pair => ({
  first: new Int32Array(bits / 32),
  second: new Int32Array(bits / 32),
});

/** Where there is something to join: the hashes of keys stand in one of the sets. */
export interface Wanted {
  readonly sides: Int32Array | null;
  readonly again: Int32Array | null;
}

export function isWanted({ sides, again }: Wanted, hash: number): boolean {
  return (sides !== null && has(sides, hash)) || (again !== null && has(again, hash));
}

/**
 * The keys under which what traces left finds its mates, as sets of bits. They are of one size for any input; two keys
 * may share a bit, and what is found by it is then looked at in vain. Plain data: travels between threads.
 */
export class Mates {
  sides: Pair | null = null;
  again: Pair | null = null;

  add(hash: number, side: Mate['side']): void {
    if (side === 'any') {
      const { first, second } = (this.again ??= pair(AGAIN_BITS));
      put(has(first, hash) ? second : first, hash);
    } else {
      const { first, second } = (this.sides ??= pair(SIDE_BITS));
      put(side === 'one' ? first : second, hash);
    }
  }

  merge({ sides, again }: Pick<Mates, 'sides' | 'again'>): void {
    if (sides) {
      const { first, second } = (this.sides ??= pair(SIDE_BITS));
      sides.first.forEach((bits, index) => (first[index]! |= bits));
      sides.second.forEach((bits, index) => (second[index]! |= bits));
    }
    if (again) {
      const { first, second } = (this.again ??= pair(AGAIN_BITS));
      again.second.forEach((bits, index) => (second[index]! |= bits | (first[index]! & again.first[index]!)));
      again.first.forEach((bits, index) => (first[index]! |= bits));
    }
  }

  /** `null` when there is nothing to join. */
  wanted(): Wanted | null {
    const { sides } = this;
    const both = sides && filled(sides.first.map((bits, index) => bits & sides.second[index]!));
    const again = this.again && filled(this.again.second);
    return both || again ? { sides: both, again } : null;
  }
}

function filled(bits: Int32Array): Int32Array | null {
  return bits.some((word) => word !== 0) ? bits : null;
}

function has(bits: Int32Array, hash: number): boolean {
  const place = hash % (bits.length * 32);
  return (bits[place >>> 5]! & (1 << (place & 31))) !== 0;
}

function put(bits: Int32Array, hash: number): void {
  const place = hash % (bits.length * 32);
  bits[place >>> 5]! |= 1 << (place & 31);
}
