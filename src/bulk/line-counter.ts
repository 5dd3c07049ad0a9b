import { countLines } from './line-blocks.ts';

/** Says on which line a byte of a stream stands, while the stream passes by. */
export class LineCounter {
  readonly #ahead: Buffer[] = [];
  #byte = 0;
  #line = 1;

  /** Takes the next bytes of the stream. */
  push(chunk: Buffer): void {
    if (chunk.length > 0) this.#ahead.push(chunk);
  }

  /** The line, from 1, on which the byte at an offset stands. Offsets that are asked for must not decrease. */
  lineAt(offset: number): number {
    for (let chunk = this.#ahead[0]; chunk && this.#byte < offset; chunk = this.#ahead[0]) {
      const passed = chunk.subarray(0, offset - this.#byte);
      this.#byte += passed.length;
      this.#line += countLines(passed);
      if (passed.length === chunk.length) this.#ahead.shift();
      else this.#ahead[0] = chunk.subarray(passed.length);
    }
    return this.#line;
  }

  /** The line of the first byte from an offset on that ends no line. */
  lineOfText(offset: number): number {
    this.lineAt(offset);
    for (let next = this.#next(); next === 0x0a || next === 0x0d; next = this.#next())
      this.lineAt(this.#byte + 1);
    return this.#line;
  }

  #next(): number | undefined {
    return this.#ahead[0]?.[0];
  }
}
