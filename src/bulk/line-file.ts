import { readSync } from 'node:fs';
import type { Block } from './block.ts';
import { BLOCK_SIZE, giveBack, owned, takeBuffer } from './buffers.ts';
import { countLines, LONGEST_LINE } from './line-blocks.ts';
import type { InputEvents } from './read-input.ts';

const NEWLINE = 0x0a;
const NOTHING = Buffer.alloc(0);
/** Bytes of it. */
const BYTE_ORDER_MARK = 3;

/** Reads blocks of whole lines from an open file, straight into the buffers in which they travel. */
export function* readLineFile(descriptor: number, file: number, events: InputEvents): Generator<Block> {
  let line = 1;
  let carry = withoutByteOrderMark(descriptor);
  let taken = carry === NOTHING ? BYTE_ORDER_MARK : carry.length;
  let skipping = false;
  for (;;) {
    const buffer = takeBuffer(Math.max(BLOCK_SIZE, 2 * carry.length));
    const kept = carry.copy(buffer);
    const read = readSync(descriptor, buffer, kept, buffer.length - kept, null);
    events.progress(read);
    taken += read;
    const used = kept + read;
    const end = read === 0 ? used : buffer.lastIndexOf(NEWLINE, used - 1) + 1;
    if (end === 0 && read > 0) {
      giveBack(carry.buffer);
      carry = buffer.subarray(0, used);
      if (used > LONGEST_LINE) {
        if (!skipping) events.unreadable(line, `longer than ${Math.round(LONGEST_LINE / 2 ** 20)} MiB`);
        skipping = true;
      }
      if (skipping) carry = NOTHING;
      continue;
    }
    giveBack(carry.buffer);
    carry = end < used ? owned(buffer.subarray(end, used)) : NOTHING;
    let start = 0;
    if (skipping) {
      start = buffer.subarray(0, end).indexOf(NEWLINE) + 1 || end;
      line += 1;
      skipping = false;
    }
    const bytes = buffer.subarray(start, end);
    const firstLine = line;
    // Counted now: the bytes of a block are gone when it moved to another thread.
    line += countLines(bytes);
    if (bytes.length > 0) yield { file, world: 0, firstLine, bytes, offset: taken - used + start };
    if (read === 0) return;
  }
}

/** The first bytes, unless they are a byte order mark. */
function withoutByteOrderMark(descriptor: number): Buffer {
  const first = Buffer.allocUnsafeSlow(3);
  const read = readSync(descriptor, first, 0, 3, null);
  return read === 3 && first[0] === 0xef && first[1] === 0xbb && first[2] === 0xbf
    ? NOTHING
    : first.subarray(0, read);
}
