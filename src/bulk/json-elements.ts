/** Told the bytes of one value, and the line on which it begins. */
export interface JsonVisitor {
  /** @param inReply Whether it stood in the `events` of a reply. */
  readonly element: (bytes: Buffer, line: number, inReply: boolean) => void;
  /** A reply of the read API, when its events were told: without them. */
  readonly reply: (bytes: Buffer, line: number) => void;
}

const [QUOTE, BACKSLASH, NEWLINE, COLON, COMMA] = [0x22, 0x5c, 0x0a, 0x3a, 0x2c];
const [ARRAY, OBJECT] = [0x5b, 0x7b];
const isOpening = (byte: number) => byte === OBJECT || byte === ARRAY;
const isClosing = (byte: number) => byte === 0x7d || byte === 0x5d;
const isBlank = (byte: number) => byte <= 0x20;

const NO_EVENTS = Buffer.from('[]');

/**
 * Splits JSON that is laid out over many lines into its top-level values, where these are arrays into their elements, and
 * where they are replies of the read API into the elements of `events`, without holding more than one of them.
 */
export class JsonElements {
  readonly #visitor: JsonVisitor;
  readonly #largest: number;
  #line = 1;
  /** The brackets that are open outside of elements: `[`, or `{` of a reply and the `[` of its events. */
  readonly #outer: number[] = [];
  #element: Buffer[] | null = null;
  #elementLine = 1;
  #size = 0;
  /** Brackets open inside of the element. */
  #depth = 0;
  #inText = false;
  /** A number or a word: it ends before the byte that ends it. */
  #isBare = false;
  #escaped = false;
  /** The element is a top-level object: it turns out to be a reply when it has a member `events` that is an array. */
  #maybeReply = false;
  #text: number[] = [];
  #member = '';
  /** Of a reply: what stands before its events, and on which line it begins. */
  #head: Buffer[] | null = null;
  #replyLine = 1;

  /** @param largest Bytes of an element; a larger one ends the reading with an error, since brackets may be missing. */
  constructor(visitor: JsonVisitor, largest = 256 * 2 ** 20) {
    this.#visitor = visitor;
    this.#largest = largest;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]!;
      if (byte === NEWLINE) this.#line += 1;
      if (this.#element !== null) {
        if (this.#maybeReply && this.#beginsEvents(byte)) {
          this.#element.push(Buffer.from(chunk.subarray(start, at)));
          this.#beginReply();
          continue;
        }
        if (!this.#endsElement(byte)) continue;
        const inclusive = !this.#isBare;
        this.#element.push(Buffer.from(chunk.subarray(start, inclusive ? at + 1 : at)));
        this.#emit();
        if (inclusive) continue;
      }
      if (this.#outside(byte)) {
        start = at;
        this.#begin(this.#line, isOpening(byte) ? 1 : 0);
        this.#inText = byte === QUOTE;
        this.#isBare = this.#depth === 0 && !this.#inText;
        this.#maybeReply = byte === OBJECT && this.#outer.length === 0;
      } else if (this.#head !== null && this.#outer.length === 1) {
        // Behind the events of a reply: the rest of it is read like an element.
        start = at + 1;
        this.#begin(this.#line, 1);
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

  #begin(line: number, depth: number): void {
    this.#element = [];
    this.#elementLine = line;
    this.#size = 0;
    this.#depth = depth;
    this.#inText = false;
    this.#escaped = false;
    this.#isBare = false;
    this.#maybeReply = false;
    this.#text = [];
    this.#member = '';
  }

  #beginReply(): void {
    this.#head = this.#element;
    this.#replyLine = this.#elementLine;
    this.#element = null;
    this.#outer.push(OBJECT, ARRAY);
  }

  #emit(): void {
    const pieces = this.#element!;
    this.#element = null;
    if (this.#head !== null && this.#outer.length === 1) {
      const rest = Buffer.concat([...this.#head, NO_EVENTS, ...pieces]);
      this.#head = null;
      this.#outer.pop();
      this.#visitor.reply(rest, this.#replyLine);
    } else this.#visitor.element(Buffer.concat(pieces), this.#elementLine, this.#head !== null);
  }

  /** Inside of a top-level object: whether this byte opens the array of its member `events`. */
  #beginsEvents(byte: number): boolean {
    if (this.#depth !== 1) return false;
    if (this.#inText) {
      if (this.#text.length < 8) this.#text.push(byte);
    } else if (byte === QUOTE) this.#text = [];
    else if (byte === COLON) this.#member = Buffer.from(this.#text).toString('latin1');
    else if (byte === COMMA) this.#member = '';
    else return byte === ARRAY && this.#member === 'events"';
    return false;
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
    } else if (this.#depth === 0) return byte === COMMA || isBlank(byte);
    return false;
  }

  /** Between elements: whether an element begins with this byte. */
  #outside(byte: number): boolean {
    if (isBlank(byte) || byte === COMMA) return false;
    if (isClosing(byte)) {
      this.#outer.pop();
      return false;
    }
    if (byte === ARRAY && this.#outer.length === 0) {
      this.#outer.push(byte);
      return false;
    }
    return true;
  }
}
