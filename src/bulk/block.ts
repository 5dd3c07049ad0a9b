/** A piece of input: whole lines, or single records with their line numbers. Travels between threads. */
export interface Block {
  /** Index of the file among the inputs. */
  readonly file: number;
  /** Index of the world its records belong to: 0 for exported events, one for each recording. */
  readonly world: number;
  /** 1-based number of the first line; `null`: the block holds framed records, see {@link Frames}. */
  readonly firstLine: number | null;
  readonly bytes: Buffer;
  /** Where the bytes stand in the file; `null` where they cannot be read again: from a pipe, unpacked, framed. */
  readonly offset: number | null;
}

export type VisitRecord = (bytes: Buffer, start: number, end: number, line: number) => void;

/** Calls `visit` for each line that is not blank, or for each framed record. */
export function forEachRecord(block: Block, visit: VisitRecord): void {
  if (block.firstLine === null)
    return forEachFrame(block.bytes, (bytes, start, end, at) => visit(bytes, start, end, at.line));
  const { bytes } = block;
  let line = block.firstLine;
  for (let start = 0; start < bytes.length; line += 1) {
    let end = bytes.indexOf(0x0a, start);
    if (end < 0) end = bytes.length;
    if (!isBlank(bytes, start, end)) visit(bytes, start, end, line);
    start = end + 1;
  }
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (bytes[at]! > 0x20) return false;
  return true;
}

/** Where a framed record was read. */
export interface Place {
  readonly file: number;
  readonly world: number;
  readonly line: number;
}

export const FRAME_HEADER = 28;
/** Where the hash stands in the header of a frame. */
export const FRAME_HASH = 24;

/** What is known of the bytes of a record, so that it need not be found out again. */
export type Encoding = 'unknown' | 'utf8' | 'ascii';
const ENCODINGS = ['unknown', 'utf8', 'ascii'] as const;

export type VisitFrame = (
  bytes: Buffer,
  start: number,
  end: number,
  place: Place,
  encoding: Encoding,
) => void;

/**
 * Records of any origin one after the other: length, file, world, line (a double: lines may pass 2^32), encoding, the
 * hash of the trace where it is known, bytes.
 */
export class Frames {
  #bytes: Buffer;
  #used = 0;

  constructor(capacity = 1024) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
  }

  get length(): number {
    return this.#used;
  }

  push(
    bytes: Buffer,
    start: number,
    end: number,
    place: Place,
    encoding: Encoding = 'unknown',
    hash = 0,
  ): void {
    const at = this.#used;
    const length = end - start;
    this.#reserve(FRAME_HEADER + length);
    this.#bytes.writeUInt32LE(length, at);
    this.#bytes.writeUInt32LE(place.file, at + 4);
    this.#bytes.writeUInt32LE(place.world, at + 8);
    this.#bytes.writeDoubleLE(place.line, at + 12);
    this.#bytes.writeUInt32LE(ENCODINGS.indexOf(encoding), at + 20);
    this.#bytes.writeUInt32LE(hash, at + FRAME_HASH);
    bytes.copy(this.#bytes, at + FRAME_HEADER, start, end);
    this.#used = at + FRAME_HEADER + length;
  }

  /** Hands the bytes over and starts anew. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#used);
    this.#bytes = Buffer.allocUnsafeSlow(1024);
    this.#used = 0;
    return taken;
  }

  /** A view of what was pushed so far; valid until the next push. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#used);
  }

  clear(): void {
    this.#used = 0;
  }

  #reserve(more: number): void {
    const needed = this.#used + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, Math.ceil(this.#bytes.length * 1.5)));
    this.#bytes.copy(larger, 0, 0, this.#used);
    this.#bytes = larger;
  }
}

export function forEachFrame(bytes: Buffer, visit: VisitFrame): void {
  for (let at = 0; at < bytes.length;) {
    const start = at + FRAME_HEADER;
    const end = start + bytes.readUInt32LE(at);
    visit(bytes, start, end, placeOfFrame(bytes, at), encodingOfFrame(bytes, at));
    at = end;
  }
}

export function placeOfFrame(bytes: Buffer, at: number): Place {
  return {
    file: bytes.readUInt32LE(at + 4),
    world: bytes.readUInt32LE(at + 8),
    line: bytes.readDoubleLE(at + 12),
  };
}

export function encodingOfFrame(bytes: Buffer, at: number): Encoding {
  return ENCODINGS[bytes.readUInt32LE(at + 20)] ?? 'unknown';
}
