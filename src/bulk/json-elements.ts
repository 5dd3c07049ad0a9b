/** What a {@link JsonElements} found: the bytes of one value, and the line on which it begins. */
export type VisitElement = (bytes: Buffer, line: number) => void;

const [QUOTE, BACKSLASH, NEWLINE] = [0x22, 0x5c, 0x0a];
const isOpening = (byte: number) => byte === 0x7b || byte === 0x5b;
const isClosing = (byte: number) => byte === 0x7d || byte === 0x5d;
const isBlank = (byte: number) => byte <= 0x20;

/**
 * Splits JSON that is laid out over many lines into the elements of its top-level arrays, or of the `events` array of
 * top-level objects (a reply of the read API), without holding more than one element.
 */
export class JsonElements {
  readonly #visit: VisitElement;
  readonly #largest: number;
  #line = 1;
  /** The brackets that are open outside of elements: `[`, or `{` of a reply and the `[` of its events. */
  #outer: number[] = [];
  /** Brackets open inside of the element. */
  #depth = 0;
  #inText = false;
  #escaped = false;
  #lastText = '';
  #text: number[] | null = null;
  #element: Buffer[] | null = null;
  #elementLine = 1;
  #size = 0;
  /** The element is another member of a reply than its events. */
  #skipped = false;

  /** @param largest Bytes of an element; a larger one ends the reading with an error, since brackets may be missing. */
  constructor(visit: VisitElement, largest = 256 * 2 ** 20) {
    this.#visit = visit;
    this.#largest = largest;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]!;
      if (byte === NEWLINE) this.#line += 1;
      if (this.#element !== null) {
        if (this.#endsElement(byte)) {
          const inclusive = this.#depth === 0 && (isClosing(byte) || byte === QUOTE);
          this.#element.push(Buffer.from(chunk.subarray(start, inclusive ? at + 1 : at)));
          this.#emit();
          if (inclusive) continue;
        } else continue;
      }
      if (this.#outside(byte)) {
        start = at;
        this.#element = [];
        this.#elementLine = this.#line;
        this.#depth = isOpening(byte) ? 1 : 0;
        this.#inText = byte === QUOTE;
        this.#escaped = false;
      }
    }
    if (this.#element !== null) {
      this.#element.push(Buffer.from(chunk.subarray(start)));
      this.#size += chunk.length - start;
      if (this.#size > this.#largest) throw new RangeError(`An element of more than ${this.#largest} bytes.`);
    }
  }

  /** Ends the input; what is open then was cut off. @returns the line on which that began. */
  end(): { readonly cutOffAt: number } | null {
    if (this.#element !== null) {
      const cutOffAt = this.#elementLine;
      if (this.#depth === 0 && !this.#inText) this.#emit();
      else return { cutOffAt };
    }
    return this.#outer.length > 0 ? { cutOffAt: this.#line } : null;
  }

  #emit(): void {
    const bytes = Buffer.concat(this.#element!);
    this.#element = null;
    this.#size = 0;
    if (!this.#skipped) this.#visit(bytes, this.#elementLine);
    this.#skipped = false;
  }

  /** Inside of an element: whether this byte is its last one, or the first behind it. */
  #endsElement(byte: number): boolean {
    if (this.#inText) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) {
        this.#inText = false;
        return this.#depth === 0;
      }
      return false;
    }
    if (byte === QUOTE) this.#inText = true;
    else if (isOpening(byte)) this.#depth += 1;
    else if (isClosing(byte)) {
      if (this.#depth === 0) return true;
      this.#depth -= 1;
      return this.#depth === 0;
    } else if (this.#depth === 0) return byte === 0x2c || isBlank(byte);
    return false;
  }

  /** Between elements: whether an element begins with this byte. */
  #outside(byte: number): boolean {
    if (this.#text !== null) {
      this.#keyByte(byte);
      return false;
    }
    const open = this.#outer.at(-1);
    if (isBlank(byte) || byte === 0x2c) return false;
    if (isClosing(byte)) {
      this.#outer.pop();
      return false;
    }
    if (open === 0x5b) return true;
    if (open === undefined) {
      if (!isOpening(byte)) return true;
      this.#outer.push(byte);
      return false;
    }
    // In a reply: its members are skipped, except for the array of events.
    if (byte === QUOTE && this.#lastText === '') this.#text = [];
    else if (byte === 0x5b && this.#lastText === 'events') {
      this.#outer.push(byte);
      this.#lastText = '';
    } else if (byte !== 0x3a) {
      this.#lastText = '';
      this.#skipped = true;
      return true;
    }
    return false;
  }

  #keyByte(byte: number): void {
    if (byte !== QUOTE) {
      if (this.#text!.length < 64) this.#text!.push(byte);
      return;
    }
    this.#lastText = Buffer.from(this.#text!).toString('utf8') || ' ';
    this.#text = null;
  }
}
