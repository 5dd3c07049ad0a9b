import type { Block } from './block.ts';

/** Longer lines are skipped: their text would not fit into a string. Bytes. */
export const LONGEST_LINE = 256 * 2 ** 20;

/** Cuts a stream of bytes into blocks of whole lines, and knows their line numbers. */
export class LineBlocks {
  readonly #file: number;
  readonly #tooLong: (line: number, problem: string) => void;
  readonly #longest: number;
  #carry: Buffer[] = [];
  #carried = 0;
  #skipping = false;
  #line = 1;

  constructor(file: number, tooLong: (line: number, problem: string) => void, longest = LONGEST_LINE) {
    this.#file = file;
    this.#tooLong = tooLong;
    this.#longest = longest;
  }

  /** @returns the lines that are complete now. */
  push(chunk: Buffer): Block | null {
    let rest = chunk;
    if (this.#skipping) {
      const end = rest.indexOf(0x0a);
      if (end < 0) return null;
      rest = rest.subarray(end + 1);
      this.#skipping = false;
      this.#line += 1;
    }
    const last = rest.lastIndexOf(0x0a);
    const block = last < 0 ? null : this.#block(rest.subarray(0, last + 1));
    const tail = rest.subarray(last + 1);
    if (tail.length > 0) {
      this.#carry.push(tail);
      this.#carried += tail.length;
    }
    if (this.#carried > this.#longest) this.#skip();
    return block;
  }

  /** @returns the last line, when it does not end in a line break. */
  end(): Block | null {
    return this.#carried > 0 ? this.#block(Buffer.alloc(0)) : null;
  }

  #block(tail: Buffer): Block {
    // A buffer of its own, which can move to another thread.
    const bytes = Buffer.allocUnsafeSlow(this.#carried + tail.length);
    let used = 0;
    for (const piece of [...this.#carry, tail]) used += piece.copy(bytes, used);
    this.#carry = [];
    this.#carried = 0;
    const firstLine = this.#line;
    this.#line += countLines(bytes);
    return { file: this.#file, world: 0, firstLine, bytes, offset: null };
  }

  #skip(): void {
    this.#tooLong(this.#line, `longer than ${Math.round(this.#longest / 2 ** 20)} MiB`);
    this.#carry = [];
    this.#carried = 0;
    this.#skipping = true;
  }
}

export function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) lines += 1;
  return lines;
}
